package history

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// An Import is what a CSV file holds: tallies, or months known only as the SLI
// that was issued for them. One of the two is empty.
type Import struct {
	Series map[string]slo.Series
	Issued []Issued
}

// ReadCSV reads a file that people made. The first line names its columns, in
// any order:
//
//	slo,time,good,total    tallies, with bad in place of good if that is known
//	slo,month,sli          months known only as the SLI issued for them: see Issued
//
// resolve returns the width of an SLO's buckets, and whether there is such an SLO.
//
// time is RFC 3339, the start of the bucket. Rows finer than the buckets are
// summed into them. Coarser rows are errors, since a day's events are not those
// of its first hour: a row is known to be coarser if a column seconds gives its
// width, or else if its SLO has three rows or more, never two closer than a
// width above the bucket's, and mostly just that far apart. Rows that are only
// far apart are gaps. A row that stands twice counts once; with two different
// tallies it is an error.
//
// All problems are found at once, but at most 50 are listed; name is the file's in
// their positions. If one is an error nothing is taken from the file. Other
// columns are notes. The error is that of reading r.
func ReadCSV(name string, r io.Reader, resolve func(id string) (step time.Duration, ok bool)) (Import, diag.List, error) {
	f := &csvFile{name: name, lines: bufio.NewReaderSize(r, maxLine), resolve: resolve, slos: map[string]*csvSLO{}}
	imported, err := f.read()
	if err != nil {
		return Import{}, nil, fmt.Errorf("%s: %w", name, err)
	}
	if f.more > 0 {
		f.problems.Add(diag.Pos{File: name, Line: f.line}, "csv-more", diag.Error, "", "%d more problems in this file are not listed", f.more)
	}
	if f.problems.Count(diag.Error) > 0 {
		imported = Import{}
	}
	return imported, f.problems.Sorted(), nil
}

const (
	maxLine     = 64 << 10 // bytes
	maxProblems = 50       // that are listed of a file
)

// A csvFile is a file as it is read.
type csvFile struct {
	name    string
	lines   *bufio.Reader
	line    int // of the last line that was read
	resolve func(id string) (time.Duration, bool)

	columns map[string]int // where each column stands
	slos    map[string]*csvSLO
	issued  []csvIssued

	problems diag.List
	more     int // problems that were found beyond maxProblems
}

// A field is a value and the column, in bytes from 1, at which it stands.
type field struct {
	text string
	col  int
}

// add reports an error on the line that was read last.
func (f *csvFile) add(col int, rule, hint, format string, args ...any) {
	f.addAt(f.line, col, rule, diag.Error, hint, format, args...)
}

func (f *csvFile) addAt(line, col int, rule string, s diag.Severity, hint, format string, args ...any) {
	if len(f.problems) >= maxProblems {
		f.more++
		return
	}
	f.problems.Add(diag.Pos{File: f.name, Line: line, Col: col}, rule, s, hint, format, args...)
}

func (f *csvFile) read() (Import, error) {
	var parse func([]field)
	for {
		fields, err := f.next()
		if err == io.EOF {
			break
		}
		if errors.Is(err, errLine) {
			return Import{}, nil
		}
		if err != nil {
			return Import{}, err
		}
		switch {
		case fields == nil:
		case f.columns == nil:
			if parse = f.header(fields); parse == nil {
				return Import{}, nil
			}
		case len(fields) != len(f.columns):
			f.add(1, "csv-row", "", "the row has %d fields, the header %d", len(fields), len(f.columns))
		default:
			parse(fields)
		}
	}
	if f.columns == nil {
		f.addAt(1, 1, "csv-header", diag.Error, "begin it with slo,time,good,total", "the file is empty")
	}
	return Import{f.series(), f.months()}, nil
}

// errLine says that a line cannot be split, which has been reported; what comes
// after it cannot be told.
var errLine = errors.New("a line that cannot be read")

// next returns the fields of the next line, nil if it is blank.
func (f *csvFile) next() ([]field, error) {
	line, err := f.lines.ReadSlice('\n')
	f.line++
	switch {
	case err == bufio.ErrBufferFull:
		f.add(1, "csv-line", "is it a CSV file?", "the line is longer than %d bytes", maxLine)
		return nil, errLine
	case err == io.EOF && len(line) == 0:
		f.line--
		return nil, io.EOF
	case err != nil && err != io.EOF:
		return nil, err
	}
	if f.line == 1 {
		line = bytes.TrimPrefix(line, []byte("\uFEFF"))
	}
	text := strings.TrimRight(string(line), "\r\n")
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	fields, open := split(text)
	if open > 0 {
		f.add(open, "csv-quote", `a field ends with the quote it began with, on the same line; a quote inside is written ""`, "a quote is not closed")
		return nil, errLine
	}
	return fields, nil
}

// split splits a line at its commas. Space around a field does not count. A
// field in quotes may hold commas, but no line feed: no id or number has one. If
// a quote is not closed, open is the column at which it begins, else 0.
func split(line string) (fields []field, open int) {
	for at := 0; ; {
		for at < len(line) && (line[at] == ' ' || line[at] == '\t') {
			at++
		}
		col := at + 1
		var quoted string
		if at < len(line) && line[at] == '"' {
			var ok bool
			if quoted, at, ok = unquote(line, at+1); !ok {
				return nil, col
			}
		}
		plain, _, more := strings.Cut(line[at:], ",")
		fields = append(fields, field{strings.TrimSpace(quoted + plain), col})
		if !more {
			return fields, 0
		}
		at += len(plain) + 1
	}
}

// unquote returns what stands in quotes from a place on, and the place after the
// closing one.
func unquote(line string, at int) (text string, after int, ok bool) {
	var b strings.Builder
	for {
		part, _, ok := strings.Cut(line[at:], `"`)
		if !ok {
			return "", 0, false
		}
		b.WriteString(part)
		at += len(part) + 1
		if !strings.HasPrefix(line[at:], `"`) {
			return b.String(), at, true
		}
		b.WriteByte('"')
		at++
	}
}

// known are the columns that are read.
var known = []string{"slo", "time", "seconds", "good", "bad", "total", "month", "sli"}

// header finds the columns and returns what reads a row, or nil if the header is
// none.
func (f *csvFile) header(fields []field) (row func([]field)) {
	f.columns = map[string]int{}
	for i, h := range fields {
		name := strings.ToLower(h.text)
		if _, twice := f.columns[name]; twice {
			f.add(h.col, "csv-header", "", "the column %q stands twice", name)
			return nil
		}
		f.columns[name] = i
	}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { _, ok := f.columns[n]; return !ok })
	}
	switch {
	case has("slo", "month", "sli"):
		row = f.issuedRow
	case has("slo", "time", "good", "bad"):
		f.add(1, "csv-header", "give total and one of the two", "the file has both good and bad")
		return nil
	case has("slo", "time", "good", "total"), has("slo", "time", "bad", "total"):
		row = f.tallyRow
	case len(fields) == 1 && strings.Contains(fields[0].text, ";"):
		f.add(1, "csv-header", "separate columns by commas", "the columns are separated by semicolons")
		return nil
	default:
		f.add(1, "csv-header", "name the columns slo,time,good,total or slo,time,bad,total; or slo,month,sli", "the first line does not name the columns")
		return nil
	}
	for _, h := range fields {
		name := strings.ToLower(h.text)
		if slices.Contains(known, name) {
			continue
		}
		hint := ""
		if like := diag.Nearest(name, known); like != "" {
			hint = fmt.Sprintf("was %q meant?", like)
		}
		f.addAt(f.line, h.col, "csv-column", diag.Note, hint, "the column %q is not read", h.text)
	}
	return row
}
