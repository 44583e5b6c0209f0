package kit

import (
	"strings"
	"unicode/utf8"
)

// lineEnd is the place behind a space that a line's end has swallowed. The
// toolkit draws no such space where a line is broken, and puts the cursor
// before it: what is typed next would stand before the space, two words run
// into one. So that the place is not lost it is kept here, as long as nothing
// but typing happens.
type lineEnd struct {
	text     string
	row, col int
	by       int // how far behind the cursor it lies
}

// typing does what changes the text at the cursor, at the place where the
// cursor would be if the space were drawn. forward is for what takes away the
// letter behind the cursor.
func (e *entry) typing(forward bool, do func()) {
	if !e.MultiLine {
		do()
		return
	}
	if at := e.lineEnd; at.by > 0 && at.text == e.Text && at.row == e.CursorRow && at.col == e.CursorColumn {
		e.CursorColumn += at.by
	}
	e.lineEnd = lineEnd{}
	before, offset, selected := e.Text, e.CursorTextOffset(), e.SelectedText() != ""
	do()
	if e.Text == before || selected {
		return
	}
	if !forward {
		offset += utf8.RuneCountInString(e.Text) - utf8.RuneCountInString(before)
	}
	at, runes := e.CursorTextOffset(), []rune(e.Text)
	if at < offset && offset <= len(runes) && strings.TrimSpace(string(runes[at:offset])) == "" {
		e.lineEnd = lineEnd{e.Text, e.CursorRow, e.CursorColumn, offset - at}
	}
}
