package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A busyServer counts requests of services whose traffic is as uneven as that of
// people: by day and night, by weekday, and by chance.
type busyServer struct {
	services int
	now      time.Time // what was counted in the last two hours is not all there yet
	requests atomic.Int64
}

// hour returns what a service counted in the hour that ends then.
func (s *busyServer) hour(service int, end time.Time) (bad, total float64) {
	chance := func(n uint64) uint64 { return scattered(uint64(service)<<40 ^ uint64(end.Unix())<<2 ^ n) }
	size := 200 * math.Pow(1.03, float64(service%300))
	day := 1.2 + math.Sin(2*math.Pi*(end.Sub(end.Truncate(24*time.Hour)).Hours()-9)/24)
	if weekday := end.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
		day *= 0.6
	}
	total = math.Floor(size * day * (0.9 + 0.2*float64(chance(0)%1000)/1000))
	bad = math.Floor(total * float64(chance(1)%1000) / 1e6)
	if chance(2)%500 == 0 { // an incident
		bad = math.Floor(total * float64(chance(3)%300) / 1000)
	}
	if s.now.Sub(end) < 2*time.Hour {
		total = math.Floor(total * 0.99)
	}
	return min(bad, total), total
}

// scattered is a number that looks like chance, and is the same for the same n.
func scattered(n uint64) uint64 { // SplitMix64
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

func (s *busyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	moment := func(name string) time.Time {
		at, _ := strconv.ParseInt(r.FormValue(name), 10, 64)
		return time.Unix(at, 0).UTC()
	}
	type series struct {
		Metric map[string]string `json:"metric"`
		Values [][2]any          `json:"values"`
	}
	result := make([]series, s.services)
	for i := range result {
		result[i].Metric = map[string]string{"service": serviceName(i)}
		for at := moment("start"); !at.After(moment("end")); at = at.Add(time.Hour) {
			v, total := s.hour(i, at)
			if strings.Contains(r.FormValue("query"), "total") {
				v = total
			}
			result[i].Values = append(result[i].Values, [2]any{at.Unix(), fmt.Sprint(int64(v))})
		}
	}
	json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": result}})
}

func serviceName(i int) string { return fmt.Sprintf("service-%d", i) }

// writeSite makes a site with an SLO for each of the server's services, which one
// template asks about.
func (s *busyServer) writeSite(dir, url string) error {
	tribe := "[[slo_templates]]\nid = \"availability\"\nobjective = \"99.9%\"\nby = \"service\"\n" +
		"bad = 'sum by (service) (increase(bad[{{.window}}]))'\ntotal = 'sum by (service) (increase(total[{{.window}}]))'\n"
	for i := range s.services {
		tribe += fmt.Sprintf("[[services]]\nid = %q\n", serviceName(i))
	}
	for name, text := range map[string]string{
		"data/site.toml":       "title = \"A year\"\n[sources.prod]\nkind = \"prometheus\"\nurl = \"" + url + "\"\nincrease = \"exact\"\n",
		"data/tribes/all.toml": tribe,
		".gitignore":           "/data/history/.*\n",
	} {
		if err := writeFile(filepath.Join(dir, name), []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

// pulledServices is how many services are pulled at once.
const pulledServices = 1000

// pull measures pulls of many services that share a template, from a server in
// this process: a year of hours, and the next night.
func (b *bench) pull(ctx context.Context) error {
	server := &busyServer{services: pulledServices, now: time.Now()}
	listening := httptest.NewServer(server)
	defer listening.Close()
	site := filepath.Join(b.dir, "pull")
	if err := server.writeSite(site, listening.URL); err != nil {
		return err
	}
	history := filepath.Join(site, "data", "history")
	requests := map[string]int64{}
	counted := func(name string, prepare func() error) *contender {
		return &contender{name: name, out: history, prepare: prepare, command: b.pullCommand(site, server.now, 365)}
	}
	all := []*contender{counted("a year", clear(history)), counted("the next night", nil)}
	all[1].command = all[1].command[:len(all[1].command)-2] // not since a year ago
	for _, c := range all {
		before := server.requests.Load()
		if err := rounds(ctx, b.runs, []*contender{c}); err != nil {
			return err
		}
		requests[c.name] = (server.requests.Load() - before) / int64(b.runs)
	}
	fmt.Printf("### Pulls of %d services\n\n", pulledServices)
	table("", all)
	for _, c := range all {
		fmt.Printf("%s: %d requests\n", c.name, requests[c.name])
	}
	fmt.Println()
	return nil
}

// pullCommand is a pull of the hours of so many days.
func (b *bench) pullCommand(site string, now time.Time, days int) []string {
	return []string{b.tribune, "pull", "--quiet", "--site", site, "--since", now.AddDate(0, 0, -days).UTC().Format(time.DateOnly)}
}
