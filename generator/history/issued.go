package history

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// Issued is a month of which nothing is known but the SLI that was issued for it
// elsewhere. It has no events, so no budget.
type Issued struct {
	SLO   string
	Month slo.Month
	SLI   Share
}

// A Share is a part of a whole in parts per billion, as an objective is, so that
// the two can be compared exactly. It may be 0 or the whole.
type Share int64

// whole is all of something.
const whole Share = 1_000_000_000

// String returns the percentage without needless zeros: "99.95%".
func (s Share) String() string { return slo.Objective(s).String() }

// Float returns the share of 1, for JSON and charts.
func (s Share) Float() float64 { return float64(s) / float64(whole) }

// A csvIssued is a month as it stands in a file.
type csvIssued struct {
	Issued
	line, col int // where its SLI stands
	form      form
}

// A form is how an SLI is written.
type form int

const (
	signed     form = iota // 99.95%
	percentage             // 99.95
	share                  // 0.9995
)

// A slomonth is a month of an SLO.
type slomonth struct {
	slo   string
	month slo.Month
}

// issuedRow reads a row of a month that was issued.
func (f *csvFile) issuedRow(fields []field) {
	s := f.sloOf(fields)
	month, _ := f.value(fields, "month")
	m, err := slo.ParseMonth(month.text)
	if err != nil {
		f.add(month.col, "csv-month", "", "%v", err)
		return
	}
	text, _ := f.value(fields, "sli")
	sli, form, ok := parseSLI(text.text)
	if !ok {
		f.add(text.col, "csv-sli", "write it as 99.95%", "%q is neither a percentage nor a share", text.text)
		return
	}
	if s.step > 0 {
		f.issued = append(f.issued, csvIssued{Issued{s.id, m, sli}, f.line, text.col, form})
	}
}

// parseSLI reads an SLI in any form. A plain number up to 1 is a share.
func parseSLI(text string) (sli Share, as form, ok bool) {
	digits, percent := strings.CutSuffix(text, "%")
	digits = strings.TrimSpace(digits)
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || strings.Trim(digits, "0123456789.") != "" {
		return 0, 0, false
	}
	as = signed
	switch {
	case percent:
		n /= 100
	case n > 1:
		as, n = percentage, n/100
	default:
		as = share
	}
	// A float64 holds 15 digits, of which 9 are wanted.
	return Share(math.Round(min(n, 2) * float64(whole))), as, n <= 1
}

// months returns the months of a file in order. Plain numbers are percentages
// throughout or shares throughout, else nobody could say what a 1 means.
func (f *csvFile) months() (all []Issued) {
	percentages := slices.ContainsFunc(f.issued, func(i csvIssued) bool { return i.form == percentage })
	first := map[slomonth]csvIssued{}
	for _, i := range f.issued {
		k := slomonth{i.SLO, i.Month}
		was, twice := first[k]
		switch {
		case percentages && i.form == share:
			f.addAt(i.line, i.col, "csv-sli", diag.Error, "write it with a percent sign", "this could be a share, but others in the file are percentages")
		case twice && was.SLI != i.SLI:
			f.addAt(i.line, i.col, "csv-twice", diag.Error, "keep the one that is right", "line %d has another SLI for %s", was.line, i.Month)
		case !twice:
			first[k] = i
			all = append(all, i.Issued)
		}
	}
	sortIssued(all)
	return all
}

func sortIssued(all []Issued) {
	slices.SortFunc(all, func(a, b Issued) int {
		return cmp.Or(strings.Compare(a.SLO, b.SLO), a.Month.Compare(b.Month))
	})
}

// issuedFile holds the months that were issued elsewhere: text, for there are few
// and people may want to see what changes.
const issuedFile = "issued.csv"

// Issued returns the months that were issued elsewhere, in order of SLO and
// month. Problems are those of the file, of which then nothing is returned.
func (s *Store) Issued() ([]Issued, diag.List, error) {
	data, err := os.ReadFile(filepath.Join(s.dir, issuedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	any := func(string) (time.Duration, bool) { return time.Hour, true }
	file, problems, err := ReadCSV(pos(issuedFile).File, bytes.NewReader(data), any)
	return file.Issued, problems, err
}

// MergeIssued stores months that were issued elsewhere, in place of those of the
// same SLO and month that are stored, and returns how many of them changed. It
// changes nothing if there are problems with what is stored. It waits for other
// writers as Merge does.
func (s *Store) MergeIssued(ctx context.Context, months []Issued) (changed int, problems diag.List, err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return 0, nil, err
	}
	defer unlock()
	if err := s.clear(); err != nil {
		return 0, nil, err
	}
	all, problems, err := s.Issued()
	if err != nil || problems.Count(diag.Error) > 0 {
		return 0, problems, err
	}
	stored := map[slomonth]Share{}
	for _, m := range all {
		stored[slomonth{m.SLO, m.Month}] = m.SLI
	}
	for _, m := range months {
		if badID(m.SLO) || m.SLI < 0 || m.SLI > whole {
			return 0, nil, fmt.Errorf("%q, %s: %d is not an SLI", m.SLO, m.Month, m.SLI)
		}
		k := slomonth{m.SLO, m.Month}
		if was, ok := stored[k]; !ok || was != m.SLI {
			stored[k] = m.SLI
			changed++
		}
	}
	if changed == 0 {
		return 0, problems, nil
	}
	all = all[:0]
	for k, sli := range stored {
		all = append(all, Issued{k.slo, k.month, sli})
	}
	sortIssued(all)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"slo", "month", "sli"})
	for _, m := range all {
		w.Write([]string{m.SLO, m.Month.String(), m.SLI.String()})
	}
	w.Flush() // a bytes.Buffer takes all
	return changed, problems, replace(s.dir, issuedFile, b.Bytes())
}
