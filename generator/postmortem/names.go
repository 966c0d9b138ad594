package postmortem

// Names is what exists in the site's data and may be named by a postmortem.
type Names struct {
	Tribes []string // ids, sorted
	// Services and SLOs give the id of today for every full id, tribe/service
	// and tribe/service/slo, the earlier ones ("was") included.
	Services map[string]string
	SLOs     map[string]string
}
