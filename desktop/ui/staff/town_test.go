package staff

import (
	"context"
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// townHall answers searches as a test says.
type townHall struct {
	found wire.TownFound
	err   error
	away  bool
	asked []string
}

func (h *townHall) HasLine() bool { return !h.away }

func (h *townHall) SearchTown(_ context.Context, text string) (wire.TownFound, error) {
	h.asked = append(h.asked, text)
	return h.found, h.err
}

func once(id portal.ID, person, family, state string) wire.FoundRequest {
	return wire.FoundRequest{Request: id, Account: screentest.Sofia, Reference: "2024-000007", Procedure: "fiche-enfant", Desk: screentest.Childhood, State: state,
		Person: person, Family: family, Submitted: screentest.Monday.At(8, 0).UnixMicro()}
}

type searching struct {
	*townSearch
	*screentest.Desk
	w      fyne.Window
	settle func()
}

func search(t testing.TB, h *townHall, args ...string) *searching {
	t.Helper()
	d := screentest.Staff()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	t.Cleanup(c.Leave)
	runner, queue := task.NewQueued(nil)
	c.Scope = runner.Scope()
	s := openTown(c, h, screen.To(screen.Town, args...))
	w.SetContent(s.screen().Content)
	w.Resize(wide)
	o := &searching{s, d, w, func() {
		d.Drain()
		queue.Settle(runner)
		kittest.Settle(w)
	}}
	o.settle()
	return o
}

// Words that came along are looked for at once; what is found leads to the
// request, whose file is opened there.
func TestAnAgentSearchesTheTown(t *testing.T) {
	kittest.Light(t)
	h := &townHall{found: wire.TownFound{Found: []wire.FoundRequest{once("old", "Ana Costa", "Nadia Costa", "accepted"), once("older", "Rui Costa", "Nadia Costa", "refused")}}}
	s := search(t, h, "text", "costa")
	kittest.WantShown(t, s.w, "2 demandes trouvées", "Ana Costa", "Fiche enfant", "2024-000007", "Compte de Nadia Costa", "Acceptée", "Refusée")
	if len(h.asked) != 1 || h.asked[0] != "costa" {
		t.Errorf("asked for %q", h.asked)
	}
	kittest.Find[*kit.Row](s.w, "Ana Costa").Tapped(nil)
	if len(s.Routes) != 1 || s.Routes[0].Name != screen.Queue || s.Routes[0].Arg("request") != "old" || s.Routes[0].Arg("account") != string(screentest.Sofia) || s.Routes[0].Arg("state") != "" {
		t.Fatalf("a press leads to %v", s.Routes)
	}
	var args []string
	for k, v := range s.Routes[0].Args {
		args = append(args, k, v)
	}
	o := open(t, screentest.Staff(), wide, args...)
	o.settle()
	o.wantShown("Ana Costa", "Ouverture du dossier")
	files := o.called(wire.FileOpen)
	if len(files) != 1 || *files[0].Args.(*wire.OpenFile) != (wire.OpenFile{Account: screentest.Sofia, Desk: screentest.Childhood}) {
		t.Errorf("asked for %+v", files)
	}
	// Without what the search tells, a request that is in no queue opens nothing.
	if o = open(t, screentest.Staff(), wide, "request", "old"); o.queue.open != nil {
		t.Error("something is open")
	}
}

func TestASearchOverTheTownSaysWhyNot(t *testing.T) {
	kittest.Light(t)
	h := &townHall{}
	s := search(t, h)
	ask := func(text string) {
		t.Helper()
		s.search.SetText(text)
		kittest.Press(t, s.w, "Chercher")
		s.settle()
	}
	ask(" co ")
	kittest.WantShown(t, s.w, "au moins trois lettres")
	h.away = true
	ask("costa")
	kittest.WantShown(t, s.w, "quand la connexion sera revenue")
	if len(h.asked) != 0 {
		t.Errorf("asked for %q", h.asked)
	}
	h.away = false
	ask("costa")
	kittest.WantShown(t, s.w, "Aucune demande à vos guichets ne correspond à « costa »")
	kittest.WantHidden(t, s.w, "quand la connexion sera revenue")
	h.err = portal.E(portal.Throttled, "text", "seconds", "20")
	ask("costa")
	kittest.WantShown(t, s.w, "20")
	h.err = nil
	for n := range wire.MostTownFound {
		h.found.Found = append(h.found.Found, once(portal.ID(fmt.Sprint("r", n)), "Ana Costa", "Nadia Costa", "accepted"))
	}
	h.found.More = true
	ask("costa")
	kittest.WantShown(t, s.w, "Les 50 demandes les plus récentes")
}

func TestTheSearchOverTheTownFits(t *testing.T) {
	for name, h := range map[string]*townHall{
		"found": {found: wire.TownFound{More: true, Found: []wire.FoundRequest{once("old", "Marie-Antoinette de La Rochefoucauld-Montmorency", "Charles-Emmanuel de La Rochefoucauld-Montmorency", "waiting_family")}}},
		"none":  {}, "away": {away: true},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				return kittest.InWindow(search(t, h, "text", "montmorency").page, true)
			})
		})
	}
}
