package notices

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	rules "parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

type stage struct {
	*screentest.Desk
	t testing.TB
	w fyne.Window
}

func show(t testing.TB, d *screentest.Desk, build func(*screen.Context) screen.Screen) *stage {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	t.Cleanup(c.Leave)
	w.SetContent(build(c).Content)
	w.Resize(kittest.Small)
	kittest.Settle(w)
	return &stage{d, t, w}
}

func theList(t testing.TB, d *screentest.Desk) *stage {
	return show(t, d, func(c *screen.Context) screen.Screen { return openList(c, d).screen() })
}

func (s *stage) reads(parts ...string) {
	s.t.Helper()
	s.Drain()
	kittest.Settle(s.w)
	kittest.WantShown(s.t, s.w, parts...)
}

func notice(feed string, id portal.ID, kind rules.Kind, read int64) wire.Change {
	return screentest.Row(feed, wire.Notices, id, wire.Notice{ID: id, Kind: string(kind), About: screentest.ForLea, At: screentest.Monday.At(8, 0).UnixMicro(), Read: read})
}

// In large text the notices come before the way to choose them.
func TestTheFirstNoticeIsInSightInLargeText(t *testing.T) {
	for scale, first := range map[float32]bool{1: false, 2: true} {
		kittest.App(t, look.Light, scale, false, i18n.French)
		d := screentest.Family()
		d.Get(notice(screentest.Mine, "n1", rules.Decision, 0))
		s := theList(t, d)
		s.reads("La mairie a répondu à une de vos demandes", "Choisir mes avis")
		all := kittest.Texts(s.w)
		if before := slices.Index(all, "La mairie a répondu à une de vos demandes") < slices.Index(all, "Choisir mes avis"); before != first {
			t.Errorf("at %v: %q", scale, all)
		}
	}
}

func TestEachLeadsToItsPlaceAndIsRead(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	d.Get(notice(screentest.Mine, "n1", rules.Decision, 0), notice(screentest.Mine, "n2", rules.Message, 5), notice(screentest.Mine, "n3", "of a newer town hall", 5))
	s := theList(t, d)
	s.reads("La mairie a répondu à une de vos demandes", "Vous avez un message de la mairie", "Il y a du nouveau dans votre portail", "Nouveau")
	if Waiting(d.View) != 1 {
		t.Errorf("%d wait", Waiting(d.View))
	}
	for _, row := range kittest.All[*kit.Row](s.w) {
		row.Tapped(nil)
	}
	var went []string
	for _, r := range s.Routes {
		went = append(went, r.Name)
	}
	if len(s.Calls) != 1 || s.Calls[0].Args.(*wire.ReadNotices).Notices[0] != "n1" || Waiting(d.View) != 0 {
		t.Errorf("read %+v; %d wait", s.Calls, Waiting(d.View))
	}
	if !strings.Contains(strings.Join(went, " "), screen.Request) || !strings.Contains(strings.Join(went, " "), screen.Exchanges) {
		t.Errorf("they lead to %v", went)
	}
}

func TestWhatWasRefusedIsUnderTheBellToo(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	s := theList(t, d)
	s.reads("Rien de nouveau.")
	if _, err := d.Submit(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: screentest.Lea, Activity: screentest.Canteen, Day: screentest.Thursday}, cache.Note{}); err != nil {
		t.Fatal(err)
	}
	d.Hand()
	d.Refused(portal.E(bookings.NoPlace, "day"))
	s.reads("Jeudi 12 mars n'a pas pu être réservé pour Léa")
	if Waiting(d.View) != 1 {
		t.Errorf("%d wait", Waiting(d.View))
	}
}

func TestAllIsReadAtOnce(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	for i := range wire.MostNotices + 5 {
		d.Get(notice(screentest.Mine, portal.ID(strings.Repeat("n", i+1)), rules.Decision, 0))
	}
	s := theList(t, d)
	kittest.Press(t, s.w, "Tout marquer comme lu")
	if d.Drain(); Waiting(d.View) != 0 || len(s.Calls) != 2 {
		t.Errorf("%d wait after %d commands", Waiting(d.View), len(s.Calls))
	}
}

func TestAnAgentIsToldOfFamilies(t *testing.T) {
	kittest.Light(t)
	d := screentest.Staff()
	s := theList(t, d)
	s.reads("Les messages des familles s'annoncent ici")
	d.Get(notice(wire.AccountFeed(screentest.Sylvie), "n1", rules.Message, 0))
	kittest.Settle(s.w)
	s.reads("Une famille vous a écrit", "Léa Martel, Fiche enfant")
	kittest.All[*kit.Row](s.w)[0].Tapped(nil)
	if len(s.Routes) != 1 || s.Routes[0].Name != screen.Queue || s.Routes[0].Arg("tab") != "messages" {
		t.Errorf("it leads to %v", s.Routes)
	}
}

func TestEachKindIsChosen(t *testing.T) {
	kittest.Light(t)
	d := screentest.Family()
	s := show(t, d, func(c *screen.Context) screen.Screen { return openSettings(c, d).screen() })
	fields := map[string]*kit.Field{}
	for _, f := range kittest.All[*kit.Field](s.w) {
		fields[f.Key] = f
	}
	if fields["mail message"].Value() != "at_once" || fields["announce message"].Value() != "yes" || fields["announce receipt"] != nil {
		t.Fatalf("it begins with %v", fields)
	}
	fields["mail message"].Focus()
	kittest.Key(s.w, fyne.KeyDown)
	if len(s.Calls) != 1 || *s.Calls[0].Args.(*wire.ChooseNotice) != (wire.ChooseNotice{Kind: "message", Mail: "digest"}) {
		t.Fatalf("submitted %+v", s.Calls)
	}
	s.reads("Choix enregistré")
	kittest.Press(t, s.w, i18n.T("notices.announce", nil))
	if Announced(d, "message") || !Announced(d, "decision") {
		t.Error("the first kind is announced, or another is not")
	}
	// What was chosen elsewhere, or by the link of a mail, is shown.
	d.Accepted(screentest.Row(screentest.Mine, wire.NoticeChoices, screentest.Claire, wire.Choices{Mail: map[string]string{"message": "never", "decision": "never", "receipt": "never", "correction": "never"}}))
	s.reads()
	for _, k := range []string{"message", "decision", "receipt"} {
		if v := fields["mail "+k].Value(); v != "never" {
			t.Errorf("%s is %q", k, v)
		}
	}
	if len(s.Calls) != 1 {
		t.Errorf("showing it has submitted %+v", s.Calls)
	}
}

// Every kind has its words in both languages, and a place that it leads to.
func TestEveryKindHasItsWordsAndItsPlace(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, "light", 1, false, lang)
		for _, spec := range rules.Kinds {
			keys := []string{"notices.name." + string(spec.Kind)}
			if !spec.MailOnly {
				keys = append(keys, "notices.kind."+string(spec.Kind))
				if p := places[spec.Kind]; p.family == nil || p.icon == "" || spec.Agents && p.agent == nil {
					t.Errorf("%s leads nowhere", spec.Kind)
				}
			}
			if spec.Agents {
				keys = append(keys, "notices.staff.name."+string(spec.Kind), "notices.staff.kind."+string(spec.Kind))
			}
			for _, k := range keys {
				if !i18n.Has(k) {
					t.Errorf("%s is missing in %s", k, lang)
				}
			}
		}
		for _, m := range rules.Mails {
			if !i18n.Has("notices.mail." + string(m)) {
				t.Errorf("%s has no words in %s", m, lang)
			}
		}
	}
}

func TestTheyFit(t *testing.T) {
	every := func() *screentest.Desk {
		d := screentest.Family()
		for i, k := range rules.Kinds {
			if places[k.Kind].family != nil {
				d.Get(notice(screentest.Mine, portal.ID("n-"+string(k.Kind)), k.Kind, int64(i/4)))
			}
		}
		return d
	}
	for name, build := range map[string]func(d *screentest.Desk, c *screen.Context) screen.Screen{
		"list":        func(d *screentest.Desk, c *screen.Context) screen.Screen { return openList(c, d).screen() },
		"nothing yet": func(d *screentest.Desk, c *screen.Context) screen.Screen { return openList(c, d).screen() },
		"settings":    func(d *screentest.Desk, c *screen.Context) screen.Screen { return openSettings(c, d).screen() },
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				d := screentest.Family()
				if name == "list" {
					d = every()
				}
				w := test.NewWindow(nil)
				t.Cleanup(w.Close)
				return build(d, d.Context(w)).Content
			})
		})
	}
}

// Each thing that happens says what, and who did it; what an access is now
// stands below.
func TestANoticeSaysWhatHasHappened(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 1, false, lang)
		for kind, whats := range rules.Whats {
			for _, what := range whats {
				if key := "notices.what." + string(kind) + "." + string(what); !i18n.Has(key) {
					t.Errorf("%s has no %s", lang, key)
				}
			}
		}
	}
	kittest.Light(t)
	d := screentest.Family()
	changed := wire.Notice{ID: "n1", Kind: string(rules.Access), About: "given", At: 5, What: string(rules.AccessChanged),
		Args: map[string]string{"name": "Omar Berger", "lost": "Sami · Inès", "level": "see", "activities": string(screentest.Canteen), "until": "2026-08-31"}}
	all := changed
	all.ID, all.Args = "n2", map[string]string{"name": "Rose Petit", "activities": "", "until": "", "level": "book"}
	d.Get(screentest.Row(screentest.Mine, wire.Notices, "n1", changed), screentest.Row(screentest.Mine, wire.Notices, "n2", all),
		screentest.Row(screentest.Mine, wire.Notices, "n3", wire.Notice{ID: "n3", Kind: string(rules.Custody), About: screentest.Lea, At: 6, What: string(rules.PayingProposed), Args: map[string]string{"name": "Hugo Martel"}}),
		screentest.Row(screentest.Mine, wire.Notices, "n4", wire.Notice{ID: "n4", Kind: string(rules.Access), About: "x", At: 7, What: "of a newer town hall"}))
	s := theList(t, d)
	s.reads("Omar Berger a modifié votre accès", "Ne comprend plus Sami et Inès · vous voyez les jours, sans réserver · activités : Restauration scolaire · jusqu'au 31 août 2026",
		"Rose Petit a modifié votre accès", "Vous pouvez réserver · toutes les activités · sans date de fin", "Hugo Martel propose que chacun paie ses semaines", "Un accès partagé a changé")
}
