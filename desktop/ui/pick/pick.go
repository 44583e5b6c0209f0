// Package pick is how files come into the window: by the system's own file
// dialog where there is one, by the toolkit's elsewhere, and by being dropped
// on the window. It reads them off the window's goroutine, takes what a town
// hall takes, and says of each of the others why not.
//
// Screens know the interface Files; picktest has one for tests.
package pick

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"parvis/desktop/photos"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
)

// Why a file is not taken, besides the codes of package photos.
const (
	CodeUnreadable portal.Code = "file_unreadable" // the system does not let us read it
	CodeEmpty      portal.Code = "file_empty"
	CodeLarge      portal.Code = "file_large"   // more than Args["max"] MB
	CodeMany       portal.Code = "file_many"    // more than Args["max"] at once
	CodeType       portal.Code = "file_type"    // neither PDF nor JPEG nor PNG
	CodePicture    portal.Code = "file_picture" // a PDF where pictures are wanted
)

const (
	// MaxDocument is how large a PDF may be, as the town hall has it.
	MaxDocument = 10 << 20
	// MaxPicture is how large a picture may be that is made smaller before it
	// is sent.
	MaxPicture = 40 << 20
	// MaxAtOnce is how many files are read at once.
	MaxAtOnce = 40
)

// Want is what a screen asks for.
type Want struct {
	// Title of the dialog: "Choisir un justificatif de domicile".
	Title string
	// Several lets more than one be chosen.
	Several bool
	// Pictures takes JPEG and PNG only, of any size that can be opened: they
	// are made smaller afterwards. Otherwise PDF is taken too, and all are sent
	// as they are.
	Pictures bool
	// Reduced takes pictures of any size that can be opened beside PDF: those
	// are made smaller afterwards.
	Reduced bool
}

// File is a file that was read, of a kind that is wanted.
type File struct {
	Name string
	Kind photos.Kind
	Data []byte
}

// Refused is a file that was not taken, and why.
type Refused struct {
	Name string
	Err  error
}

// Chosen is what came of a choice; nothing at all when it was left.
type Chosen struct {
	Files   []File
	Refused []Refused
}

// Files brings files into a screen. done is called on the window's goroutine,
// unless the scope of the screen has ended.
type Files interface {
	// Choose opens a dialog.
	Choose(s *task.Scope, w Want, done func(Chosen))
	// Drops has done called with what is dropped on the window, from now on
	// until stop; of several that listen, the last does. Nobody is asked what
	// lies under the pointer: a window shows one place for files at a time.
	Drops(s *task.Scope, w Want, done func(Chosen)) (stop func())
}

// source is a file before it is read.
type source struct {
	name string
	open func() (io.ReadCloser, error)
}

func fromPath(path string) source {
	return source{name: filepath.Base(path), open: func() (io.ReadCloser, error) {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, os.ErrInvalid // a folder, or what would block
		}
		return os.Open(path)
	}}
}

// readAll reads what was chosen and judges it.
func readAll(ctx context.Context, w Want, sources []source) (Chosen, error) {
	var c Chosen
	for i, s := range sources {
		if err := ctx.Err(); err != nil {
			return Chosen{}, err
		}
		if i >= MaxAtOnce {
			c.Refused = append(c.Refused, Refused{s.name, portal.E(CodeMany, "", "max", strconv.Itoa(MaxAtOnce))})
			continue
		}
		f, err := readOne(w, s)
		if err != nil {
			c.Refused = append(c.Refused, Refused{s.name, err})
			continue
		}
		c.Files = append(c.Files, f)
		if !w.Several {
			for _, rest := range sources[i+1:] {
				c.Refused = append(c.Refused, Refused{rest.name, portal.E(CodeMany, "", "max", "1")})
			}
			break
		}
	}
	return c, nil
}

func readOne(w Want, s source) (File, error) {
	r, err := s.open()
	if err != nil {
		return File{}, portal.E(CodeUnreadable, "")
	}
	defer r.Close()
	most := int64(MaxDocument)
	if w.Pictures || w.Reduced {
		most = MaxPicture
	}
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return File{}, portal.E(CodeUnreadable, "")
	}
	kind := photos.KindOf(data)
	if kind == photos.PDF {
		most = MaxDocument
	}
	switch {
	case len(data) == 0:
		return File{}, portal.E(CodeEmpty, "")
	case kind == photos.HEIC:
		return File{}, portal.E(photos.CodeHEIC, "")
	case kind == photos.Unknown:
		return File{}, portal.E(CodeType, "")
	case kind == photos.PDF && w.Pictures:
		return File{}, portal.E(CodePicture, "")
	case int64(len(data)) > most:
		return File{}, portal.E(CodeLarge, "", "max", strconv.FormatInt(most>>20, 10))
	}
	return File{Name: s.name, Kind: kind, Data: data}, nil
}

// slot is the place of this package's work in a screen's scope.
const slot = "pick"

// Window is Files over a window of the program.
type Window struct {
	window fyne.Window
	// native opens the system's own dialog and gives the paths chosen; ok is
	// false where there is none.
	native func(ctx context.Context, parent fyne.Window, w Want) (paths []string, ok bool)
	drops  []*drop
	open   *dialog.FileDialog // of the toolkit, while it is shown
}

type drop struct{ take func([]fyne.URI) }

var _ Files = (*Window)(nil)

// New makes the Files of a window.
func New(w fyne.Window) *Window {
	p := &Window{window: w, native: systemDialog}
	w.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) { p.dropped(uris) })
	return p
}

func (p *Window) dropped(uris []fyne.URI) {
	if len(p.drops) > 0 {
		p.drops[len(p.drops)-1].take(uris)
	}
}

// answer is what the system's dialog gave, read.
type answer struct {
	chosen Chosen
	native bool
}

// Choose opens the system's dialog, or the toolkit's.
func (p *Window) Choose(s *task.Scope, w Want, done func(Chosen)) {
	task.Run(s, slot, func(ctx context.Context) (answer, error) {
		paths, ok := p.native(ctx, p.window, w)
		if !ok {
			return answer{}, nil
		}
		c, err := readAll(ctx, w, fromPaths(paths))
		return answer{c, true}, err
	}, func(a answer, err error) {
		switch {
		case err != nil:
			return
		case a.native:
			done(a.chosen)
		default:
			p.toolkitDialog(s, w, done)
		}
	})
}

func fromPaths(paths []string) []source {
	var all []source
	for _, path := range paths {
		all = append(all, fromPath(path))
	}
	return all
}

// Drops listens for files dropped on the window.
func (p *Window) Drops(s *task.Scope, w Want, done func(Chosen)) (stop func()) {
	d := &drop{take: func(uris []fyne.URI) {
		var sources []source
		for _, u := range uris {
			if u.Scheme() == "file" {
				sources = append(sources, fromPath(u.Path()))
			}
		}
		read(s, w, sources, done)
	}}
	p.drops = append(p.drops, d)
	return func() {
		for i, o := range p.drops {
			if o == d {
				p.drops = append(p.drops[:i:i], p.drops[i+1:]...)
				return
			}
		}
	}
}

func read(s *task.Scope, w Want, sources []source, done func(Chosen)) {
	task.Run(s, slot, func(ctx context.Context) (Chosen, error) { return readAll(ctx, w, sources) },
		func(c Chosen, err error) {
			if err == nil {
				done(c)
			}
		})
}
