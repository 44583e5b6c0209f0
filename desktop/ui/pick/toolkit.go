package pick

import (
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/task"
)

// extensions are what the toolkit's dialog lists. HEIC is among them so that
// it can be chosen, and then explained.
func extensions(w Want) []string {
	all := []string{".jpg", ".jpeg", ".png", ".heic", ".heif"}
	if !w.Pictures {
		all = append(all, ".pdf")
	}
	var both []string
	for _, e := range all {
		both = append(both, e, upper(e))
	}
	return both
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// Dismiss closes the toolkit's dialog, which knows no Escape; false where none
// is open.
func (p *Window) Dismiss() bool {
	if p.open == nil {
		return false
	}
	p.open.Dismiss()
	return true
}

// toolkitDialog is the dialog of last resort, in the window itself: one file
// at a time.
func (p *Window) toolkitDialog(s *task.Scope, w Want, done func(Chosen)) {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		p.open = nil
		if s.Context().Err() != nil {
			if r != nil {
				_ = r.Close()
			}
			return
		}
		switch {
		case err != nil:
			read(s, w, []source{{open: func() (io.ReadCloser, error) { return nil, err }}}, done)
		case r == nil:
			done(Chosen{})
		default:
			read(s, w, []source{{name: r.URI().Name(), open: func() (io.ReadCloser, error) { return r, nil }}}, done)
		}
	}, p.window)
	d.SetView(dialog.ListView) // its grid cuts long names
	d.SetFilter(storage.NewExtensionFileFilter(extensions(w)))
	d.SetTitleText(w.Title)
	d.SetConfirmText(i18n.T("pick.open", nil))
	d.SetDismissText(i18n.T("kit.cancel", nil))
	p.open = d
	d.Show()
	d.Resize(p.window.Canvas().Size().SubtractWidthHeight(40, 40)) // before Show it panics
}
