package kit

import (
	"fyne.io/fyne/v2"
)

// Memory is what a person has done to the widgets of a screen: what stands in
// its fields, what is looked for, unfolded and scrolled to, and where the
// focus is. A screen that is built anew, in another language or because one
// comes back to it, is given it again. It is held by the window alone and
// never written: there may be a password in it.
type Memory struct {
	answers []answer
	looked  []string
	open    []bool
	offsets []float32
	focus   int // its place in the chain, -1 for none
}

type answer struct {
	key, typed string
	wrong      bool
}

// Remember reads what was done to all below an object.
func Remember(root fyne.CanvasObject) Memory {
	m := Memory{focus: -1}
	var focused fyne.Focusable
	if c := canvasOf(root); c != nil {
		focused = c.Focused()
	}
	n := 0
	each(root, func(o fyne.CanvasObject) bool {
		switch v := o.(type) {
		case *Field:
			m.answers = append(m.answers, answer{v.Key, v.Typed(), v.Mistake() != ""})
		case *SearchField:
			m.looked = append(m.looked, v.Text())
		case *Fold:
			m.open = append(m.open, v.Open())
		case *Page:
			m.offsets = append(m.offsets, v.Offset())
		}
		if f, ok := o.(fyne.Focusable); ok {
			if f == focused {
				m.focus = n
			}
			n++
		}
		return true
	})
	return m
}

// Place is the memory without what was answered: for a screen one comes back
// to, which knows its answers better by then.
func (m Memory) Place() Memory {
	m.answers = nil
	return m
}

// Restore does it again to a screen of the same make. Where the screen is not
// the same any more, what has no counterpart is left.
func (m Memory) Restore(root fyne.CanvasObject) {
	Draw(root)
	var fields []*Field
	var searches []*SearchField
	var folds []*Fold
	each(root, func(o fyne.CanvasObject) bool {
		switch v := o.(type) {
		case *Field:
			fields = append(fields, v)
		case *SearchField:
			searches = append(searches, v)
		case *Fold:
			folds = append(folds, v)
		}
		return true
	})
	for i, s := range searches {
		if i < len(m.looked) && s.Text() != m.looked[i] {
			s.SetText(m.looked[i])
		}
	}
	for i, f := range folds {
		if i < len(m.open) && f.Open() != m.open[i] {
			f.SetOpen(m.open[i])
		}
	}
	for i, f := range fields {
		if i >= len(m.answers) || f.Key != m.answers[i].key {
			continue
		}
		if f.Typed() != m.answers[i].typed {
			f.SetValue(m.answers[i].typed)
		}
		if m.answers[i].wrong {
			f.Check()
		}
	}
	// What was just unfolded or found is drawn as well before it is scrolled to.
	Draw(root)
	n, at := 0, 0
	each(root, func(o fyne.CanvasObject) bool {
		if p, ok := o.(*Page); ok {
			if at < len(m.offsets) && m.offsets[at] != p.Offset() {
				p.settle()
				p.SetOffset(m.offsets[at])
			}
			at++
		}
		if f, ok := o.(fyne.Focusable); ok {
			if c := canvasOf(root); n == m.focus && c != nil {
				c.Focus(f)
			}
			n++
		}
		return true
	})
}
