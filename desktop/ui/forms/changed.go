package forms

import (
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/shared/requests"
)

// changes tells what the form asks otherwise than when the draft was begun,
// and what of it is to be answered again.
func (f *filling) changes(c *requests.Changed) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, l := range []struct {
		key string
		of  []requests.Text
	}{{"lost", c.Lost}, {"added", c.Added}, {"altered", c.Altered}, {"removed", c.Removed}} {
		if len(l.of) == 0 {
			continue
		}
		names := make([]string, len(l.of))
		for i, t := range l.of {
			names[i] = strings.TrimRight(in(t), " :?\u00a0")
		}
		lines = append(lines, kit.Body(say("fill.changed."+l.key, "Questions", i18n.Clauses(names))))
	}
	read := kit.Plain(say("refused.read"), func() {
		f.draft.Changed = nil
		f.goTo(f.at.key)
	})
	return kit.NewNotice(look.ToneWarning, say("fill.newer"), say("fill.newerText"), kit.Column(look.S, append(lines, kit.LineFlush(0, read))...))
}
