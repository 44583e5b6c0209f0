package account

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Devices lists where one is signed in, each with a way to end it there.
func Devices(c *screen.Context, _ screen.Route) screen.Screen {
	d := &devices{c: c, frame: newFrame(), list: kit.NewSwap(nil)}
	d.back = kit.Back(t("back"), c.Back)
	page := d.build(t("devices.title"), t("devices.lead"), nil, []fyne.CanvasObject{d.list, needsLine()}, nil)
	p := kit.NewProgress("", nil)
	p.Set(t("devices.waiting"), -1)
	d.list.Set(kit.Card(p))
	d.ask()
	return screen.Screen{Content: page, Title: t("devices.title")}
}

type devices struct {
	*frame
	c    *screen.Context
	list *kit.Swap
}

// ask asks the portal for the list: it is not kept here, where it would soon
// be untrue.
func (d *devices) ask() {
	screen.Run(d.c, "devices", d.c.Session.Devices, func(list []wire.OpenSession, err error) {
		if err != nil {
			d.list.Set(kit.EmptyState(kit.NotReceived, "", t("devices.notReceived"), t("first.again"), d.ask))
			if portal.CodeOf(err) == portal.Unauthorized {
				d.tell(look.ToneWarning, about("profile.signedOut"))
			} else {
				d.tell(look.ToneWarning, troubleOf(err))
			}
			return
		}
		d.show(list)
	})
}

func (d *devices) show(list []wire.OpenSession) {
	var cards []fyne.CanvasObject
	for _, s := range list {
		name := s.Device
		if name == "" {
			name = t("devices.unnamed")
		}
		if s.Kind == "kiosk" {
			name = t("devices.kiosk", "Name", name)
		}
		lines := []fyne.CanvasObject{kit.Strong(name), kit.Muted(t("devices.since", "Since", instant(s.Since), "Seen", instant(s.Seen)))}
		if s.This {
			lines = append(lines, kit.Line(0, kit.NewChip(look.ToneInfo, "monitor", t("devices.this"))))
		} else {
			lines = append(lines, kit.Line(0, kit.Secondary(t("devices.end"), func() { d.end(s, name) }).Icon("sign-out")))
		}
		cards = append(cards, kit.Card(kit.Column(look.S, lines...)))
	}
	if len(list) == 1 {
		cards = append(cards, kit.Muted(t("devices.only")))
	}
	d.list.Set(kit.Column(look.M, cards...))
	d.page.Refresh()
}

func instant(micros int64) string { return i18n.DateTime(time.UnixMicro(micros).In(portal.Paris)) }

// end asks and then ends the session there.
func (d *devices) end(s wire.OpenSession, name string) {
	d.c.Dialogs.Confirm(kit.Confirmation{Title: t("devices.endTitle", "Name", name), Text: t("devices.endText"), Yes: t("devices.end")}, func(yes bool) {
		if !yes {
			return
		}
		d.hush()
		screen.Run(d.c, "end", func(ctx context.Context) (struct{}, error) {
			return struct{}{}, d.c.Session.EndElsewhere(ctx, s.ID)
		}, func(_ struct{}, err error) {
			// One that is not there any more has ended by itself.
			if err != nil && portal.CodeOf(err) != portal.NotFound {
				d.tell(look.ToneError, troubleOf(err))
				return
			}
			d.tell(look.ToneSuccess, trouble{text: t("devices.ended", "Name", name)})
			d.ask()
		})
	})
}
