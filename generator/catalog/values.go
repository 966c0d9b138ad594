package catalog

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zones, where the machine has none
	"unicode/utf8"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// The types of single values in the files. Each checks itself in UnmarshalText;
// it gets text as it is written, numbers and dates in their shortest form.

// A fault is what is wrong with a value. Its message begins with the value or
// with what the value is.
type fault struct {
	rule, hint, message string
}

func (f *fault) Error() string { return f.message }

func faultf(rule, hint, format string, args ...any) error {
	return &fault{rule, hint, fmt.Sprintf(format, args...)}
}

// text is a line of words for readers.
type text string

func (t *text) UnmarshalText(b []byte) error {
	s := strings.TrimSpace(string(b))
	if i := strings.IndexFunc(s, diag.Hides); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		return faultf("text-hidden", "take it out", "holds %U, a character that hides or reorders what stands beside it", r)
	}
	*t = text(s)
	return nil
}

// number is a small whole number above zero.
type number int

func (n *number) UnmarshalText(b []byte) error {
	i, err := strconv.Atoi(string(b))
	if err != nil || i < 1 || i > 1000 {
		return faultf("number-range", "write a number such as 1", "%s is not a whole number from 1 to 1000", b)
	}
	*n = number(i)
	return nil
}

// whole is a number of things that one counts, such as runs.
type whole int

func (n *whole) UnmarshalText(b []byte) error {
	i, err := strconv.Atoi(string(b))
	if err != nil || i < 0 || i > 1_000_000 {
		return faultf("number-range", "write a number such as 4", "%s is not a whole number from 0 to 1000000", b)
	}
	*n = whole(i)
	return nil
}

// amount is a number of hours or posts.
type amount float64

func (a *amount) UnmarshalText(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(f >= 0 && f <= 10_000) {
		return faultf("amount-range", "write a number such as 7.5", "%s is not a number from 0 to 10000", b)
	}
	*a = amount(f)
	return nil
}

// id is the name of a tribe, squad, service, SLO, source or target: see CheckID.
type id string

func (v *id) UnmarshalText(b []byte) error {
	s := string(b)
	if err := CheckID(s); err != nil {
		return faultf("id-unsafe", idHint(s), "%q %v", s, err)
	}
	*v = id(s)
	return nil
}

// idHint suggests the id that is nearest to what was written, if that is ASCII.
func idHint(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return c < 0x80 && !idLetter(c) })
	if near := strings.Trim(strings.Join(words, "-"), "._-"); CheckID(near) == nil {
		return fmt.Sprintf("%q would do; the name that people read is another key", near)
	}
	return `an id is like "checkout-api"; the name that people read is another key`
}

// serviceID is tribe/service.
type serviceID string

func (v *serviceID) UnmarshalText(b []byte) error {
	tribe, service, ok := strings.Cut(string(b), "/")
	if !ok || CheckID(tribe) != nil || CheckID(service) != nil {
		return faultf("id-unsafe", `write the tribe's and the service's id, like "payments/checkout-api"`, "%q is not tribe/service", b)
	}
	*v = serviceID(b)
	return nil
}

type objective slo.Objective

func (v *objective) UnmarshalText(b []byte) error {
	o, err := slo.ParseObjective(string(b))
	if n, nerr := strconv.ParseFloat(strings.TrimSuffix(string(b), "%"), 64); nerr == nil && n == 100 {
		return &fault{"objective-whole", `promise less than everything, like "99.9%": what remains is the budget for change`, err.Error()}
	}
	if err != nil {
		return &fault{"objective-invalid", `write a percentage below 100%, like "99.9%"`, err.Error()}
	}
	*v = objective(o)
	return nil
}

type window slo.Window

func (v *window) UnmarshalText(b []byte) error {
	w, err := slo.ParseWindow(string(b))
	if err != nil {
		return &fault{"window-unknown", `leave it out for a calendar month`, err.Error()}
	}
	*v = window(w)
	return nil
}

// label is the name of a Prometheus label.
type label string

const labelForm = `^[a-zA-Z_][a-zA-Z0-9_]*$`

func (v *label) UnmarshalText(b []byte) error {
	for i, c := range b {
		if !bare(c) || c == '-' || i == 0 && c >= '0' && c <= '9' {
			return faultf("label-invalid", `a label is made of letters, digits and underscores, like "service"`, "%q is not the name of a label", b)
		}
	}
	*v = label(b)
	return nil
}

// duration is a length of time such as 90s, 26h or 3d.
type duration time.Duration

const durationForm = `^([0-9]+d|([0-9]+(\.[0-9]+)?(ms|s|m|h))+)$`

func (v *duration) UnmarshalText(b []byte) error {
	d, err := time.ParseDuration(string(b))
	if days, ok := strings.CutSuffix(string(b), "d"); ok {
		var n uint64
		n, err = strconv.ParseUint(days, 10, 16)
		d = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || d < 0 {
		return faultf("duration-invalid", `write a number and a unit, like "90s", "26h" or "3d"`, "%q is not a duration", b)
	}
	*v = duration(d)
	return nil
}

// resolution is the width of a bucket.
type resolution time.Duration

func (v *resolution) UnmarshalText(b []byte) error {
	const day = 24 * time.Hour
	var d duration
	if err := d.UnmarshalText(b); err != nil {
		return err
	}
	r := time.Duration(d)
	if r < 5*time.Minute || r > day || day%r != 0 || r%time.Second != 0 {
		return faultf("resolution-invalid", "write 5m, 10m, 15m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h", "%q does not lie between 5m and 24h, or does not divide a day", b)
	}
	*v = resolution(r)
	return nil
}

// share is a part of a whole, from 0 to 1.
type share float64

func (v *share) UnmarshalText(b []byte) error {
	s := string(b)
	if digits, ok := strings.CutSuffix(s, "%"); ok {
		s = strings.TrimSpace(digits) + "e-2" // moves the point in the text: dividing would round twice
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return faultf("share-invalid", `write a percentage like "25%" or a share like 0.25`, "%q is no share of a whole", b)
	}
	*v = share(f)
	return nil
}

// zone is a time zone of the IANA database.
type zone struct{ *time.Location }

func (v *zone) UnmarshalText(b []byte) error {
	l, err := time.LoadLocation(string(b))
	if err != nil || len(b) == 0 || string(b) == "Local" {
		return faultf("zone-unknown", `write a name of the IANA database, like "Europe/Berlin" or "UTC"`, "%q is not a time zone", b)
	}
	v.Location = l
	return nil
}

// date is a day in the site's zone.
type date struct{ slo.Date }

func (v *date) UnmarshalText(b []byte) error {
	d, err := slo.ParseDate(string(b))
	if err != nil {
		return &fault{"date-invalid", "write a day that exists, without quotes or time", err.Error()}
	}
	v.Date = d
	return nil
}

// moment is a point in time. Without an offset it is what a clock in the site's
// zone shows; a date alone is its midnight.
type moment struct {
	at    time.Time // if local, the clock's time as though it were UTC
	local bool
}

func (v *moment) UnmarshalText(b []byte) error {
	if t, err := time.Parse(time.RFC3339, string(b)); err == nil {
		*v = moment{at: t.UTC()}
		return nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, string(b)); err == nil {
			*v = moment{at: t, local: true}
			return nil
		}
	}
	return faultf("date-invalid", "write 2026-10-20T00:00:00Z, or 2026-10-20T02:00:00 in the site's zone", "%q is not a time", b)
}

// baseURL is the address of a site. It ends in a slash.
type baseURL string

func (v *baseURL) UnmarshalText(b []byte) error {
	u, err := url.Parse(string(b))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return faultf("url-invalid", `write where the site is read, like "https://reliability.acme.example/sre/", without password, query or fragment`, "base_url is not the address of a site")
	}
	*v = baseURL(strings.TrimRight(string(b), "/") + "/")
	return nil
}

// serverURL is where a source answers. It may hold ${NAME} anywhere.
type serverURL string

func (v *serverURL) UnmarshalText(b []byte) error {
	return v.check(b, []string{"http", "https"}, `write an http or https address, or "${PROM_URL}" to take it from the environment`)
}

// targetURL is where a site is published. It may hold ${NAME} anywhere.
type targetURL serverURL

func (v *targetURL) UnmarshalText(b []byte) error {
	return (*serverURL)(v).check(b, []string{"file", "git+file", "git+https", "git+ssh", "s3"}, "targets begin with file:, git+file:, git+https:, git+ssh: or s3:")
}

func (v *serverURL) check(b []byte, schemes []string, hint string) error {
	s := string(b)
	*v = serverURL(s)
	if strings.Contains(s, "${") { // what it will be is not known yet
		return nil
	}
	// The address is not repeated in the message: it may hold a password.
	u, err := url.Parse(s)
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Host == "" && u.Path == "" {
		return faultf("url-invalid", hint, "url is not an address that can be used here")
	}
	return nil
}

// The words of a key that takes one of a few.
type (
	lifecycle  string
	counting   string
	sourceKind string
	increase   string
	audience   string
	focusKind  string
	focusMode  string
)

func (*lifecycle) words() []string  { return []string{InBuild, InMaintenance, IsRetired} }
func (*counting) words() []string   { return []string{"increase", "rate"} }
func (*sourceKind) words() []string { return []string{Prometheus, Command, CSV} }
func (*increase) words() []string   { return []string{"overlap", "exact", "anchored"} }
func (*audience) words() []string   { return []string{"public", "org", "tribe"} }
func (*focusKind) words() []string  { return []string{Reliability, Improvement} }
func (*focusMode) words() []string  { return []string{ByHand, ByMachine} }

func (v *lifecycle) UnmarshalText(b []byte) error  { return oneOf(v, b) }
func (v *counting) UnmarshalText(b []byte) error   { return oneOf(v, b) }
func (v *sourceKind) UnmarshalText(b []byte) error { return oneOf(v, b) }
func (v *increase) UnmarshalText(b []byte) error   { return oneOf(v, b) }
func (v *audience) UnmarshalText(b []byte) error   { return oneOf(v, b) }
func (v *focusKind) UnmarshalText(b []byte) error  { return oneOf(v, b) }
func (v *focusMode) UnmarshalText(b []byte) error  { return oneOf(v, b) }

func oneOf[W interface {
	~string
}, P interface {
	*W
	words() []string
}](v P, b []byte) error {
	if !slices.Contains(v.words(), string(b)) {
		return faultf("unknown-word", "write "+listing(v.words()), "%q is not one of the words it takes", b)
	}
	*v = W(b)
	return nil
}

// listing returns "a, b or c".
func listing(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return strings.Join(words, "")
}
