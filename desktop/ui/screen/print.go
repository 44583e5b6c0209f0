package screen

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/pick"
)

// printed is a sheet that was made, and why the system's viewer did not take it.
type printed struct {
	pdf    []byte
	failed error
}

// Print has a PDF made beside the window and opened by the system's viewer, and
// says how that ended: a viewer may take long to come, or be missing. What was made
// can be kept then, but on a public computer, on which nothing is left.
func (c *Context) Print(title string, make func(ctx context.Context) ([]byte, error)) {
	Run(c, "print", func(ctx context.Context) (p printed, err error) {
		if p.pdf, err = make(ctx); err == nil {
			p.failed = c.Prints.Show(title, p.pdf)
		}
		return p, err
	}, func(p printed, err error) {
		switch {
		case err == nil && p.failed == nil:
			c.Toasts.Say(look.ToneNeutral, i18n.T("print.shown", nil))
		case err != nil || c.Session != nil && c.Session.Kiosk():
			c.Dialogs.Info(i18n.T("print.failed", nil), i18n.T("print.failedText", nil), nil)
		default:
			c.offer(title, p.pdf)
		}
	})
}

// offer has what no viewer shows written into the person's downloads.
func (c *Context) offer(title string, pdf []byte) {
	c.Dialogs.Custom(i18n.T("print.failed", nil), kit.Body(i18n.T("print.noViewer", nil)), func(shut func()) []fyne.CanvasObject {
		return []fyne.CanvasObject{kit.Primary(i18n.T("print.save", nil), func() {
			shut()
			Run(c, "print", func(context.Context) (string, error) { return pick.Save(print.FileName(title)+".pdf", pdf) }, func(path string, err error) {
				if err != nil {
					c.Dialogs.Info(i18n.T("print.failed", nil), i18n.T("payments.saving.failed", nil), nil)
					return
				}
				c.Toasts.Say(look.ToneSuccess, i18n.T("payments.saving.done", map[string]any{"Path": path}))
			})
		}).Icon("download-simple"), kit.Secondary(i18n.T("kit.cancel", nil), shut)}
	}, nil)
}
