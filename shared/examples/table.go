package examples

import (
	"fmt"
	"strings"
)

// row is a line of a table by the heads of its columns, which say where it
// stands when it is wrong.
type row struct {
	file  string
	line  int
	cells map[string]string
}

// in is a cell; a column that is not there is a mistake in the table.
func (r row) in(column string) string {
	s, there := r.cells[column]
	if !there {
		panic(fmt.Sprintf("%s:%d has no column %q", r.file, r.line, column))
	}
	return s
}

// tables reads the tables of a Markdown text by the title that stands over each.
func tables(file, text string) map[string][]row {
	out := map[string][]row{}
	title := ""
	var heads []string
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			title, heads = strings.TrimSpace(strings.TrimLeft(line, "#")), nil
		case !strings.HasPrefix(line, "|"):
			heads = nil
		case strings.Trim(line, "|-: ") == "":
		default:
			cells := strings.Split(strings.Trim(line, "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			if heads == nil {
				heads = cells
				continue
			}
			if len(cells) != len(heads) {
				panic(fmt.Sprintf("%s:%d has %d cells under %d heads", file, n+1, len(cells), len(heads)))
			}
			r := row{file, n + 1, map[string]string{}}
			for i, head := range heads {
				r.cells[head] = cells[i]
			}
			out[title] = append(out[title], r)
		}
	}
	return out
}
