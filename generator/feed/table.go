package feed

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// Table returns rows of text as CSV (RFC 4180). Spreadsheets take a cell that
// begins with one of = + - @, a tab or a carriage return for a formula, and
// would run what somebody wrote into a title: such a cell gets an apostrophe
// before it.
func Table(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = cell
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				cells[i] = "'" + cell
			}
		}
		w.Write(cells) // a buffer takes everything
	}
	w.Flush()
	return b.Bytes()
}
