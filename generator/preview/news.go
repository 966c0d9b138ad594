package preview

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"tribune/generator/diag"
)

// news are what an open page is told, as JSON.
type news struct {
	Page     string    `json:"page"`   // id of the page as it is now
	Failed   bool      `json:"failed"` // the site could not be built and is as it was
	Error    string    `json:"error"`  // why, if not for what was written
	Problems []problem `json:"problems"`
}

// A problem is what is wrong with a file that somebody wrote.
type problem struct {
	Severity string `json:"severity"`
	Place    string `json:"place"` // "data/site.toml:3:1"
	Message  string `json:"message"`
	Rule     string `json:"rule"`
	Hint     string `json:"hint"`
}

// newsOf tells problems, the errors first, and of these the ones in data/: where that
// cannot be read, all that speaks of it is wrong as well. err says that there is no new
// site.
func newsOf(problems diag.List, err error) news {
	n := news{Failed: err != nil, Problems: []problem{}}
	if err != nil && problems.Count(diag.Error) == 0 {
		n.Error = err.Error()
	}
	first := func(p diag.Problem) int {
		if strings.HasPrefix(p.Pos.File, "data/") {
			return 0
		}
		return 1
	}
	problems = slices.Clone(problems)
	slices.SortStableFunc(problems, func(a, b diag.Problem) int { return cmp.Compare(first(a), first(b)) })
	for _, severity := range []diag.Severity{diag.Error, diag.Warning, diag.Note} {
		for _, p := range problems {
			if p.Severity == severity {
				n.Problems = append(n.Problems, problem{p.Severity.String(), p.Pos.String(), p.Message, p.Rule, p.Hint})
			}
		}
	}
	return n
}

// serveNews sends a page the news as server-sent events: at once, and whenever
// they change for the page, until it is closed.
func (s *Site) serveNews(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	var last *news
	for {
		n, changed := s.now()
		p, _ := s.page(r.URL.Query().Get("page"))
		n.Page = p.id
		if last == nil || !reflect.DeepEqual(n, *last) {
			last = &n
			text, err := json.Marshal(n)
			if err == nil {
				_, err = fmt.Fprintf(w, "data: %s\n\n", text)
			}
			if errors.Join(err, control.Flush()) != nil {
				return
			}
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}
