package exchanges

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/papers"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// enclosing is what files may go with a message.
func enclosing() pick.Want { return pick.Want{Title: i18n.T("exchanges.file.add", nil), Several: true} }

// Listen says whether files that are dropped on the window go with the message
// that is being written here: not while the thread is out of sight.
func (v *Conversation) Listen(on bool) {
	switch {
	case on && v.deaf == nil:
		v.deaf = v.c.Files.Drops(v.c.Scope, enclosing(), v.enclose)
	case !on && v.deaf != nil:
		v.deaf()
		v.deaf = nil
	}
}

// choose has files chosen that go with the message.
func (v *Conversation) choose() {
	v.c.Files.Choose(v.c.Scope, enclosing(), v.enclose)
}

// enclose looks at files and holds them for the message; what is not taken is
// told with its name.
func (v *Conversation) enclose(c pick.Chosen) {
	if len(c.Files)+len(c.Refused) == 0 {
		return
	}
	screen.Run(v.c, "enclose "+string(v.request), func(ctx context.Context) ([]pick.Refused, error) {
		refused := c.Refused
		for _, f := range c.Files {
			if ctx.Err() != nil {
				break // those held already are found again in the draft
			}
			if err := v.s.Enclose(v.request, f.Data, f.Name); err != nil {
				refused = append(refused, pick.Refused{Name: f.Name, Err: err})
			}
		}
		return refused, nil
	}, func(refused []pick.Refused, _ error) {
		v.showEnclosed()
		var why []string
		for _, r := range refused {
			why = append(why, i18n.T("exchanges.file.refused", map[string]any{"Name": r.Name, "Why": outcome.Sentence(r.Err)}))
		}
		if len(why) > 0 {
			v.Fail(strings.Join(why, "\n"))
		} else {
			v.strip.Clear()
		}
	})
}

// longestName is how many signs of a file's name are shown, the last ones kept
// among them: they tell what kind of file it is. A longer one has no room in a
// pane beside the queue.
const longestName, lastSigns = 28, 11

func shortened(name string) string {
	r := []rune(name)
	if len(r) <= longestName {
		return name
	}
	return string(r[:longestName-lastSigns-1]) + "…" + string(r[len(r)-lastSigns:])
}

// showEnclosed shows the files that go with the next message, each with a way
// to take it out.
func (v *Conversation) showEnclosed() {
	var chips []fyne.CanvasObject
	for _, f := range v.s.Enclosed(v.request) {
		label := i18n.T("exchanges.file.name", map[string]any{"Name": shortened(f.Name), "Size": i18n.Size(f.Size)})
		chips = append(chips, kit.Line(0, kit.NewChip(look.ToneNeutral, "file", label),
			kit.NewIconButton("x", i18n.T("exchanges.file.remove", map[string]any{"Name": f.Name}), func() {
				v.strip.Clear()
				if err := v.s.TakeOut(v.request, f.ID); err != nil {
					v.Fail(outcome.Sentence(err))
				}
				v.showEnclosed()
			})))
	}
	if chips == nil {
		v.chips.Set(nil)
		v.chips.Hide()
	} else {
		v.chips.Set(kit.Line(look.S, chips...))
		v.chips.Show()
	}
	v.root.Refresh()
}

// files is the files that go with a message, each opened by a press.
func (v *Conversation) files(m view.Message) fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, f := range m.Files {
		label := shortened(f.Name)
		if f.Size > 0 {
			label = i18n.T("exchanges.file.name", map[string]any{"Name": label, "Size": i18n.Size(f.Size)})
		}
		out = append(out, kit.Plain(label, func() { v.c.Go(screen.To(screen.Attached, "file", string(f.ID))) }).Icon("paperclip"))
		if f.Scan == documents.Infected || f.Scan == documents.Pending {
			tone, icon := look.ToneInfo, "shield-check" // nothing to worry about yet
			if f.Scan == documents.Infected {
				tone, icon = look.ToneError, "warning-circle"
			}
			out = append(out, kit.NewChip(tone, icon, strings.TrimRight(i18n.T("documents.scan."+string(f.Scan), nil), ".")))
		}
	}
	if out == nil {
		return nil
	}
	return kit.Line(look.S, out...)
}

// Attached builds the screen that shows a file which goes with a message; its
// route names the file.
func Attached(c *screen.Context, r screen.Route) screen.Screen { return attached(c, c.Session, r) }

func attached(c *screen.Context, s papers.Store, r screen.Route) screen.Screen {
	id := portal.ID(r.Arg("file"))
	paper := papers.New(c, s)
	name := kit.Strong("")
	back := kit.Back(i18n.T("exchanges.file.back", nil), c.Back)
	said := kit.Caption("")
	refresh := func(scan documents.Scan) {
		said.SetText("")
		if scan != "" && scan != documents.Clean {
			said.SetText(i18n.T("documents.scan."+string(scan), nil))
		}
	}
	f, there := c.View.MessageFile(id)
	if there {
		name.SetText(f.Name)
		refresh(f.Scan)
		paper.Read(id)
	} else {
		paper.Empty(i18n.T("exchanges.file.gone", nil))
	}
	c.On(func() {
		now, still := c.View.MessageFile(id)
		switch {
		case there && !still:
			paper.Empty(i18n.T("exchanges.file.gone", nil))
		case still && now.Scan == documents.Infected && f.Scan != documents.Infected:
			paper.Read(id) // which tells so
		}
		f, there = now, still
		refresh(now.Scan)
	}, view.Topic{Collection: wire.MessageFiles}, view.Topic{Collection: view.OutboxTopic})
	head := kit.Line(look.M, back, kit.Grow(kit.Column(0, name, said), 160))
	rail := screen.Exchanges
	if me, _ := c.View.Me(); me.Kind == wire.Agent {
		rail = screen.Queue
	}
	return screen.Screen{Content: paper.Under(head), Title: i18n.T("exchanges.file.title", nil), Rail: rail, Focus: paper.Viewer.Stage()}
}
