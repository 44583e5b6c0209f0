package app

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func noticed(id portal.ID, kind string, at int64) wire.Change {
	return screentest.Row(screentest.Mine, wire.Notices, id, wire.Notice{ID: id, Kind: kind, About: screentest.ForLea, At: at})
}

func TestTheBellAndTheSystemTellWhatIsNew(t *testing.T) {
	s := open(t, claire, nil)
	var told []string
	s.o.Notify = func(title, text string) error { told = append(told, text); return nil }
	s.SignIn(t, claire.Login, append(procedures(t), noticed("before", "decision", 1))...)
	s.settle()
	bell := func() string {
		t.Helper()
		return kittest.Find[*kit.CountButton](s.window, "").AccessibilityLabel()
	}
	if bell() != "Avis : 1 nouveau" || len(told) != 0 {
		t.Errorf("the bell says %q, the system %q", bell(), told)
	}
	now := s.Session.View().Now().UnixMicro()
	s.give(noticed("after", "message", now+1e6))
	s.settle()
	if bell() != "Avis : 2 nouveaux" || strings.Join(told, "|") != "Vous avez un message de la mairie" {
		t.Errorf("the bell says %q, the system %q", bell(), told)
	}
	// It is told once, on whatever screen one is.
	s.goTo(screen.To(screen.Requests))
	s.give(noticed("more", "decision", now+2e6), noticed("others", "decision", now+2e6))
	s.settle()
	if len(told) != 2 || told[1] != "2 nouveaux avis vous attendent" {
		t.Errorf("the system says %q", told)
	}
	kittest.Press(t, s.window, bell())
	s.settle()
	if s.Route().Name != screen.Notices {
		t.Errorf("the bell leads to %s", s.Route())
	}
}

// What the town hall asks about a request is counted in the rail until it is
// answered.
func TestTheRailCountsWhatIsAsked(t *testing.T) {
	s := open(t, claire, nil)
	s.SignIn(t, claire.Login, procedures(t)...)
	s.settle()
	count := func() int {
		at := slices.IndexFunc(s.shell.Rail.Items(), func(i kit.RailItem) bool { return i.ID == screen.Requests })
		return s.shell.Rail.Items()[at].Count
	}
	asked := wire.Request{ID: "r", Procedure: "fiche-enfant", State: "waiting_family", Corrections: []wire.Correction{{N: 1, Asked: 1, Fields: []string{"birthPlace"}, Text: "Où ?"}}}
	before := count()
	s.give(screentest.Row(screentest.Mine, wire.Requests, "r", asked))
	s.settle()
	during := count()
	asked.State, asked.Corrections[0].Answered = "in_review", 2
	s.give(screentest.Row(screentest.Mine, wire.Requests, "r", asked))
	s.settle()
	if before != 0 || during != 1 || count() != 0 {
		t.Errorf("it counts %d, %d, then %d", before, during, count())
	}
}

// What comes just as one goes to another screen is counted there: the screen
// that is left is no longer told of it.
func TestTheRailCountsWhatCameAsOneLeft(t *testing.T) {
	s := open(t, claire, nil)
	s.SignIn(t, claire.Login, procedures(t)...)
	s.settle()
	s.give(screentest.Row(screentest.Mine, wire.Requests, "r", wire.Request{ID: "r", Procedure: "fiche-enfant", State: "waiting_family", Corrections: []wire.Correction{{N: 1, Asked: 1, Fields: []string{"birthPlace"}, Text: "Où ?"}}}))
	s.Go(screen.To(screen.Procedures))
	s.settle()
	at := slices.IndexFunc(s.shell.Rail.Items(), func(i kit.RailItem) bool { return i.ID == screen.Requests })
	if n := s.shell.Rail.Items()[at].Count; n != 1 {
		t.Errorf("it counts %d", n)
	}
}

// A screen reads before it follows: what comes in between is shown too.
func TestWhatComesWhileAScreenIsBuiltIsShown(t *testing.T) {
	s := open(t, claire, nil)
	s.SignIn(t, claire.Login, procedures(t)...)
	s.settle()
	count := kit.Body("")
	s.routes["essai"] = entry{func(c *screen.Context, _ screen.Route) screen.Screen {
		tell := func() { count.SetText(strconv.Itoa(len(c.View.Told()))) }
		tell()
		s.give(noticed("between", "message", 1))
		c.On(tell, view.Topic{Collection: wire.Notices})
		return screen.Screen{Content: kit.NewPage(count)}
	}, signedIn}
	s.goTo(screen.To("essai"))
	s.settle()
	if count.Text() != "1" {
		t.Errorf("it tells of %s", count.Text())
	}
}

// give has the town hall tell of something more.
func (s *stage) give(rows ...wire.Change) {
	s.Session.View().Apply(cache.Applied{Changes: rows}, nil, nil)
}
