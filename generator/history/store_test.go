package history

import (
	"testing"
	"time"
)

var berlin = zone("Europe/Berlin")

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// openStore opens a folder in which nothing is damaged.
func openStore(t testing.TB, dir string, zone *time.Location) *Store {
	t.Helper()
	s, problems, err := Open(dir, zone)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	return s
}
