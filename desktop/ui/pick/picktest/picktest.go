// Package picktest stands in for the file dialog and for drag and drop in the
// tests of screens. Only tests import it.
package picktest

import (
	"parvis/desktop/photos"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/task"
)

// Files answers what a test says.
type Files struct {
	// Next is what the next Choose answers.
	Next pick.Chosen
	// Asked are the wants of the dialogs opened, in order.
	Asked []pick.Want

	listening []*listener
}

type listener struct {
	scope *task.Scope
	done  func(pick.Chosen)
}

var _ pick.Files = (*Files)(nil)

// File is a file of a name, of the kind that its bytes are.
func File(name string, data []byte) pick.File {
	return pick.File{Name: name, Kind: photos.KindOf(data), Data: data}
}

// Choose answers at once.
func (f *Files) Choose(s *task.Scope, w pick.Want, done func(pick.Chosen)) {
	f.Asked = append(f.Asked, w)
	if s.Context().Err() == nil {
		done(f.Next)
	}
}

// Drops listens for Drop.
func (f *Files) Drops(s *task.Scope, _ pick.Want, done func(pick.Chosen)) (stop func()) {
	l := &listener{s, done}
	f.listening = append(f.listening, l)
	return func() {
		for i, o := range f.listening {
			if o == l {
				f.listening = append(f.listening[:i:i], f.listening[i+1:]...)
				return
			}
		}
	}
}

// Drop drops files on the window; it tells whether anybody took them.
func (f *Files) Drop(c pick.Chosen) bool {
	if len(f.listening) == 0 {
		return false
	}
	l := f.listening[len(f.listening)-1]
	if l.scope.Context().Err() != nil {
		return false
	}
	l.done(c)
	return true
}
