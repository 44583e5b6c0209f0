package forms

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/wire"
)

// exchanges leads to what was written about a request, and tells what of it is
// new; it follows the view by itself.
func (r room) exchanges(q view.Request) fyne.CanvasObject {
	swap := kit.NewSwap(nil)
	tell := func() {
		label := i18n.T("exchanges.toTown", nil)
		if len(r.View.Messages(q.ID)) > 0 {
			label = i18n.T("exchanges.toTownNote", nil)
		}
		line := []fyne.CanvasObject{kit.Secondary(label, func() { r.Go(screen.To(screen.Exchanges, "request", string(q.ID))) }).Icon("chats")}
		if n := r.View.UnreadIn(q.ID); n > 0 {
			line = append(line, kit.NewChip(look.ToneInfo, "envelope-simple", i18n.T("exchanges.open", map[string]any{"Count": n})))
		}
		swap.Set(kit.Line(look.S, line...))
	}
	tell()
	r.On(tell, view.Topic{Collection: wire.Messages, Key: q.ID})
	return swap
}
