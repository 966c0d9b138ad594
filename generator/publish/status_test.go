package publish

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/stage"
)

// aWeekOfData is a site of two tribes: one has data to asOf, one to a week before.
func aWeekOfData(t *testing.T, freshness time.Duration) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "public")
	now, before := asOf, asOf.AddDate(0, 0, -7)
	o := stage.Origin{Audience: "org", AsOf: asOf, Freshness: int64(freshness.Seconds()),
		DataTo: map[string]*time.Time{"pay": &now, "shop": &before, "new": nil}}
	if err := build(dir, edition(1), o); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestASiteIsStaleOnceATribesDataAre(t *testing.T) {
	dir := aWeekOfData(t, 8*24*time.Hour)
	for _, c := range []struct {
		later time.Duration
		fresh bool
	}{{0, true}, {24 * time.Hour, true}, {24*time.Hour + time.Second, false}} {
		s, err := Look(t.Context(), dir, false, asOf.Add(c.later))
		if err != nil || s.Fresh() != c.fresh || !s.Whole() {
			t.Errorf("after %v: fresh %v, whole %v, %v", c.later, s.Fresh(), s.Whole(), err)
		}
	}
}

func TestASiteWithoutDataOrFreshnessIsNotCalledFresh(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	if err := build(dir, edition(1), stage.Origin{Audience: "org", AsOf: asOf, Freshness: 3600}); err != nil {
		t.Fatal(err)
	}
	for want, dir := range map[string]string{"no tribe has data": dir, "earlier version": aWeekOfData(t, 0)} {
		s, err := Look(t.Context(), dir, false, asOf)
		if err != nil || s.Fresh() || !strings.Contains(s.Unknown, want) {
			t.Errorf("%q, %v; want %q", s.Unknown, err, want)
		}
	}
}

func TestAFolderIsReadInFull(t *testing.T) {
	dir := aWeekOfData(t, time.Hour)
	if err := os.Remove(filepath.Join(dir, "feed.xml")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pay/old/3.html", "index.html"} {
		write(t, filepath.Join(dir, name), "as somebody wrote it, which is much longer than it was before")
	}
	s, err := Look(t.Context(), dir, false, asOf)
	if err != nil {
		t.Fatal(err)
	}
	want := []Fault{
		{"feed.xml", "is missing"},
		{"index.html", "has another content than the manifest says"},
		{"pay/old/3.html", "has another content than the manifest says"},
	}
	if d := cmp.Diff(want, s.Faults); d != "" || s.Checked != len(edition(1)) {
		t.Errorf("%d checked: -want +got\n%s", s.Checked, d)
	}
}

func TestAnAddressIsAskedForItsEntrancesOrForAll(t *testing.T) {
	dir := aWeekOfData(t, time.Hour)
	if err := os.Remove(filepath.Join(dir, "pay/old/3.html")); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.StripPrefix("/sre", plain(dir)))
	defer server.Close()
	s, err := Look(t.Context(), server.URL+"/sre/", false, asOf)
	if err != nil || !s.Whole() || s.Checked != 2 {
		t.Errorf("whole %v, %d checked, %v; want the front page and the tribe's", s.Whole(), s.Checked, err)
	}
	s, err = Look(t.Context(), server.URL+"/sre", true, asOf)
	if d := cmp.Diff([]Fault{{"pay/old/3.html", "is missing"}}, s.Faults); err != nil || d != "" {
		t.Errorf("%v: -want +got\n%s", err, d)
	}
	_, err = Look(t.Context(), server.URL+"/elsewhere", false, asOf)
	if err == nil || !strings.Contains(err.Error(), "no site is published there\n\thint: ") {
		t.Errorf("elsewhere: %v", err)
	}
}

// plain serves files as they are, without leading from index.html to the folder.
func plain(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := os.ReadFile(filepath.Join(dir, filepath.Clean("/"+r.URL.Path)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Write(b)
	})
}

// A publish changes pages before the manifest. What looks wrong then is not, if
// the manifest has changed once it is read again.
func TestAPublishThatGoesOnIsNoFault(t *testing.T) {
	old, next := site(t, edition(1)), site(t, edition(2))
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		dir := next
		if r.URL.Path == "/manifest.json" {
			if asked++; asked == 1 {
				dir = old
			}
		}
		plain(dir).ServeHTTP(w, r)
	}))
	defer server.Close()
	s, err := Look(t.Context(), server.URL, false, asOf)
	if err != nil || !s.Whole() {
		t.Errorf("%v, %v", s.Faults, err)
	}
}

func TestAPasswordInAnAddressIsNotShown(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := Look(t.Context(), strings.Replace(server.URL, "//", "//reader:hunter22@", 1), false, asOf)
	if err == nil || strings.Contains(err.Error(), "hunter22") {
		t.Errorf("the error is %v", err)
	}
}
