package agenda

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
)

// lastEvening is the end of a month, when nothing of it can be booked any more.
func lastEvening() *screentest.Desk {
	return screentest.New(screentest.Claire, portal.Date("2026-03-31").At(20, 0), screentest.FamilyRows()...)
}

// The agenda opens where there is something to do, and says why it is not the
// month one is in; a month that was asked for is the one that is shown.
func TestItOpensOnTheFirstMonthWithSomethingToDo(t *testing.T) {
	kittest.Light(t)
	o := show2(t, lastEvening(), screen.To(screen.Agenda))
	if o.month != "2026-04-01" || !strings.HasPrefix(o.line.Text(), "Il n'y a plus rien à réserver en mars : voici avril.") {
		t.Errorf("it opens on %s and says %q", o.month, o.line.Text())
	}
	o.turn(at("2026-03-01"))
	kittest.Settle(o.w)
	if strings.Contains(o.hint(), "plus rien") {
		t.Errorf("in March it still says %q", o.hint())
	}
	if o := show2(t, lastEvening(), screen.To(screen.Agenda, "month", "2026-03")); o.month != "2026-03-01" {
		t.Errorf("asked for March it opens on %s", o.month)
	}
	// In the middle of a month it is that one; where no month has anything to do
	// too: its days then say why.
	if o := show2(t, screentest.Family(), screen.To(screen.Agenda)); o.month != "2026-03-01" || o.skipped() != "" {
		t.Errorf("on 9 March it opens on %s and says %q", o.month, o.skipped())
	}
	over := screentest.New(screentest.Claire, portal.Date("2026-08-31").At(20, 0), screentest.FamilyRows()...)
	if o := show2(t, over, screen.To(screen.Agenda)); o.month != "2026-08-01" || o.skipped() != "" {
		t.Errorf("at the end of the school year it opens on %s and says %q", o.month, o.skipped())
	}
}

func TestTheNextMonthFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := lastEvening()
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		return open(d.Context(w), d, screen.To(screen.Agenda)).root
	})
}
