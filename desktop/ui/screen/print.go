package screen

import (
	"context"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
)

// Print has a PDF made beside the window and opened by the system's viewer, and
// says how that ended: a viewer may take long to come, or be missing.
func (c *Context) Print(title string, make func(ctx context.Context) ([]byte, error)) {
	Run(c, "print", func(ctx context.Context) (struct{}, error) {
		pdf, err := make(ctx)
		if err == nil {
			err = c.Prints.Show(title, pdf)
		}
		return struct{}{}, err
	}, func(_ struct{}, err error) {
		if err != nil {
			c.Dialogs.Info(i18n.T("print.failed", nil), i18n.T("print.failedText", nil), nil)
			return
		}
		c.Toasts.Say(look.ToneNeutral, i18n.T("print.shown", nil))
	})
}
