package catalog

import (
	"encoding"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// What SRE time is for, and how the work is done. Work by hand is toil,
// whatever it is for.
const (
	Reliability = "reliability"
	Improvement = "improvement"
	ByHand      = "manual"
	ByMachine   = "automation" // building automation, or running it
)

// A TimeRecord is one row of data/focus: time that the SRE team spent.
type TimeRecord struct {
	Date  slo.Date
	Time  time.Duration
	Kind  string // Reliability or Improvement
	Mode  string // ByHand or ByMachine
	Squad string // tribe/squad for which it was; "" for all
	Task  string // of the automation ledger or any other, such as user-support; "" if the row names none
}

// focusErrors is how many errors of one file are listed.
const focusErrors = 20

// focusColumns are the columns of a file of time records; the first four are
// needed. note is for those who write it, and is not read.
var focusColumns = []string{"date", "hours", "kind", "mode", "squad", "task", "note"}

// focus reads data/focus/*.csv.
func (l *loader) focus() {
	entries, err := fs.ReadDir(l.fsys, "data/focus")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.report(diag.Pos{File: "data/focus"}, "file-unreadable", "look at its permissions, and whether it is a folder", "the folder cannot be read: %v", cause(err))
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".csv") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := "data/focus/" + e.Name()
		if text, ok := l.readFile(l.fsys, name, false); ok {
			f := focusFile{loader: l, name: name, csv: csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\uFEFF"))), seen: map[string]bool{}}
			f.csv.Comment = '#'
			f.csv.TrimLeadingSpace = true
			l.cat.SRE.Records = append(l.cat.SRE.Records, f.read()...)
		}
	}
}

// A focusFile is one file of time records while it is read.
type focusFile struct {
	*loader
	name    string
	csv     *csv.Reader
	columns []string
	seen    map[string]bool // names of squads and tasks that have been looked at
}

// read returns the rows that are right. After too many errors the rest of the
// file is not read.
func (f *focusFile) read() (all []TimeRecord) {
	if !f.header() {
		return nil
	}
	before := f.list.Count(diag.Error)
	for {
		row, err := f.csv.Read()
		if err == io.EOF {
			return all
		}
		wrong := f.list.Count(diag.Error)
		bad, unreadable := errors.AsType[*csv.ParseError](err)
		at := diag.Pos{File: f.name, Col: 1}
		if unreadable {
			at.Line = bad.StartLine
		} else {
			at.Line, _ = f.csv.FieldPos(0)
		}
		switch {
		case wrong-before >= focusErrors:
			f.report(at, "focus-more", "put the errors above right first", "the file is not read from here on")
			return all
		case unreadable:
			f.report(at, "focus-row", "compare it with the first line, and look at its quotes", "the row cannot be read: %v", bad.Err)
			continue
		}
		r := f.record(row)
		if f.list.Count(diag.Error) == wrong {
			all = append(all, r)
		}
	}
}

// header reads the names of the columns; it is false if the rows cannot be read
// by them.
func (f *focusFile) header() bool {
	columns, err := f.csv.Read()
	if err != nil {
		columns = nil
	}
	var missing []string
	for _, c := range focusColumns[:4] {
		if !slices.Contains(columns, c) {
			missing = append(missing, c)
		}
	}
	if len(missing) > 0 {
		f.report(diag.Pos{File: f.name, Line: 1, Col: 1}, "focus-header", "begin with "+strings.Join(focusColumns, ","), "the first line does not name %s", strings.Join(missing, ", "))
		return false
	}
	right := true
	for i, c := range columns {
		line, col := f.csv.FieldPos(i)
		at := diag.Pos{File: f.name, Line: line, Col: col}
		switch {
		case slices.Contains(f.columns, c):
			f.report(at, "focus-header", "leave one of them out", "the column %q is there twice", c)
			right = false
		case !slices.Contains(focusColumns, c):
			f.report(at, "focus-column", suggest(c, focusColumns, "it takes "+listing(focusColumns)), "the column %q is not read", c)
		}
		f.columns = append(f.columns, c)
	}
	return right
}

// record understands one row and reports what is wrong with it.
func (f *focusFile) record(row []string) (r TimeRecord) {
	var on date
	var hours amount
	var kind focusKind
	var mode focusMode
	for i, c := range f.columns {
		line, col := f.csv.FieldPos(i)
		at := diag.Pos{File: f.name, Line: line, Col: col}
		text := strings.TrimSpace(row[i])
		switch c {
		case "date":
			f.field(at, c, text, &on)
		case "hours":
			f.field(at, c, text, &hours)
		case "kind":
			f.field(at, c, text, &kind)
		case "mode":
			f.field(at, c, text, &mode)
		case "squad":
			r.Squad = f.squad(at, text)
		case "task":
			r.Task = text
			f.almost(at, text)
		}
	}
	r.Date, r.Kind, r.Mode = on.Date, string(kind), string(mode)
	r.Time = time.Duration(math.Round(float64(hours)*3600)) * time.Second
	return r
}

// field reads one field of a row as the same value is read in TOML.
func (f *focusFile) field(at diag.Pos, column, text string, into encoding.TextUnmarshaler) {
	if err := into.UnmarshalText([]byte(text)); err != nil {
		bad := err.(*fault)
		f.report(at, bad.rule, bad.hint, "%s: %s", column, bad.message)
	}
}

// squad returns the squad that a row names. One that does not exist, or no
// longer, takes nothing from the sums.
func (f *focusFile) squad(at diag.Pos, full string) string {
	if full == "" || f.cat.squad(full) != nil || f.cat.isRefused(full) {
		return full
	}
	if !f.seen[full] {
		f.seen[full] = true
		f.report(at, "focus-squad", suggest(full, f.cat.squadIDs(), "write tribe/squad, or leave it empty; its hours count for no squad"), "there is no squad %q", full)
	}
	return ""
}

// almost reports a task that is not in the ledger but nearly.
func (f *focusFile) almost(at diag.Pos, task string) {
	if f.seen[task] {
		return
	}
	f.seen[task] = true
	var ledger []string
	for _, t := range f.cat.SRE.Tasks {
		ledger = append(ledger, t.ID)
	}
	if near := diag.Nearest(task, ledger); near != "" && near != task {
		f.report(at, "focus-task", fmt.Sprintf("did you mean %q?", near), "the ledger has no task %q", task)
	}
}
