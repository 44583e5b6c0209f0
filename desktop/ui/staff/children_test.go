package staff

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	rules "parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

type childrenStage struct {
	*screentest.Desk
	t *testing.T
	w fyne.Window
	c *screen.Context
}

func showChildren(t *testing.T, change func(*wire.Child), args ...string) *childrenStage {
	t.Helper()
	return show(t, screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), append(screentest.StaffRows(), screentest.FileOfParents(change)...)...), args...)
}

func show(t *testing.T, d *screentest.Desk, args ...string) *childrenStage {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	t.Cleanup(c.Leave)
	s := openChildren(c, d, screen.To(screen.StaffChildren, append([]string{"account", string(screentest.Claire), "desk", screentest.Childhood, "request", string(screentest.ForLea)}, args...)...))
	w.SetContent(s.Content)
	w.Resize(fyne.NewSize(816, 2400))
	kittest.Settle(w)
	return &childrenStage{d, t, w, c}
}

func (s *childrenStage) reads(parts ...string) {
	s.t.Helper()
	s.Drain()
	kittest.Settle(s.w)
	kittest.WantShown(s.t, s.w, parts...)
}

func (s *childrenStage) fill(values map[string]string) {
	for name, v := range values {
		f := kittest.All[*kit.Form](s.w)[0].Field(name)
		if f == nil {
			s.t.Fatalf("no field %s", name)
		}
		f.SetValue(v)
	}
}

func TestTheChildrenOfAFile(t *testing.T) {
	kittest.Light(t)
	s := showChildren(t, func(*wire.Child) {})
	s.reads("Léa Martel", "CE2", "Végétarien", "Arachides", "Changé par Hugo Martel", "Personne d'autre que les parents", "Claire Martel", "D'après la fiche enfant",
		"Jugement du 12 mars 2025", "Du lundi 9 mars au dimanche 15 mars : chez Claire Martel", "Du lundi 16 mars au dimanche 22 mars : chez Hugo Martel")
	for label, do := range map[string]string{"Rattacher un autre parent": wire.CustodyLink, "Changer la garde": wire.CustodySet, "Détacher un parent": wire.CustodyEnd, "Inscrire les semaines": wire.WeeksSet} {
		kittest.Press(t, s.w, label)
		if r := s.Routes[len(s.Routes)-1]; r.Arg("do") != do || r.Arg("child") != string(screentest.Lea) {
			t.Errorf("%s goes to %v", label, r)
		}
	}
	kittest.Press(t, s.w, "Retirer les semaines")
	if len(s.Calls) != 0 || s.c.Dialogs.Open() != "Retirer les semaines alternées ?" {
		t.Fatalf("%q is asked, submitted %+v", s.c.Dialogs.Open(), s.Calls)
	}
	kittest.Press(t, s.w, "Retirer les semaines")
	if a := s.Calls[0].Args.(*wire.SetWeeks); a.First != "" {
		t.Errorf("submitted %+v", a)
	}
	s.reads("En attente d'envoi")
	s.Drop(wire.FileFeed(screentest.Childhood, screentest.Claire))
	s.reads("n'est plus ouvert")
}

func TestAnAgentTiesAParent(t *testing.T) {
	kittest.Light(t)
	s := showChildren(t, func(*wire.Child) {}, "child", string(screentest.Lea), "do", wire.CustodyLink)
	kittest.Press(t, s.w, "Rattacher un autre parent")
	s.reads("Indiquez l'identifiant ou l'adresse électronique de ce parent.", "Choisissez la preuve que vous avez vue.", "Indiquez la date du document.")
	if len(s.Calls) != 0 {
		t.Fatalf("submitted %+v", s.Calls)
	}
	s.fill(map[string]string{"who": "sofia.benali", "evidence": "judgment", "day": "2026-03-20"})
	kittest.Press(t, s.w, "Rattacher un autre parent")
	if len(s.Calls) != 0 {
		t.Fatal("evidence of a day to come is taken")
	}
	s.fill(map[string]string{"day": "2025-03-12"})
	kittest.Press(t, s.w, "Rattacher un autre parent")
	want := wire.LinkParent{Child: screentest.Lea, Who: "sofia.benali", Custody: "shared", Evidence: "judgment", Day: "2025-03-12"}
	if a := s.Calls[0].Args.(*wire.LinkParent); *a != want {
		t.Errorf("submitted %+v", a)
	}
	// Nobody has that name: it is said where it was done, until it is read.
	s.Hand()
	id := s.Refused(portal.E(rules.NoSuchAccount, "who"))
	list := show(t, s.Desk)
	list.reads("Ceci n'a pas été accepté : Parent rattaché à Léa", "Aucun compte de famille n'a cet identifiant ni cette adresse")
	// It stands among the parents, where it was done: the top of a long page may
	// be out of sight.
	texts := kittest.Texts(list.w)
	at := func(part string) int {
		return slices.IndexFunc(texts, func(text string) bool { return strings.Contains(text, part) })
	}
	if parents, card := at("Parents"), at("Ceci n'a pas été accepté"); card < parents {
		t.Errorf("it stands before the parents: %q", texts)
	}
	if _, to, _ := outcome.Refused(s.View, s.Refusals()[0]); to.Name != screen.StaffChildren || to.Arg("account") != string(screentest.Claire) {
		t.Errorf("the list behind the bell leads to %v", to)
	}
	kittest.Press(t, list.w, "J'ai compris")
	if len(s.Read) != 1 || s.Read[0] != id {
		t.Errorf("read %v", s.Read)
	}
}

func TestAnAgentSetsCustodyEndsItAndSetsWeeks(t *testing.T) {
	kittest.Light(t)
	s := showChildren(t, func(*wire.Child) {}, "child", string(screentest.Lea), "do", wire.CustodySet)
	s.fill(map[string]string{"custody": "full", "evidence": "agreement", "day": "2026-01-10"})
	kittest.Press(t, s.w, "Enregistrer")
	if a := s.Calls[0].Args.(*wire.SetCustody); a.Custody != "full" || a.Day != "2026-01-10" {
		t.Errorf("submitted %+v", a)
	}

	s = showChildren(t, func(*wire.Child) {}, "child", string(screentest.Lea), "do", wire.CustodyEnd)
	s.fill(map[string]string{"parent": string(screentest.Hugo), "evidence": "judgment", "day": "2026-01-10"})
	kittest.Press(t, s.w, "Détacher un parent")
	if len(s.Calls) != 0 || s.c.Dialogs.Open() != "Détacher ce parent ?" {
		t.Fatalf("%q is asked, submitted %+v", s.c.Dialogs.Open(), s.Calls)
	}
	kittest.Press(t, s.w, "Détacher un parent")
	if a := s.Calls[0].Args.(*wire.EndCustody); a.Parent != screentest.Hugo {
		t.Errorf("submitted %+v", a)
	}

	s = showChildren(t, func(*wire.Child) {}, "child", string(screentest.Lea), "do", wire.WeeksSet)
	kittest.All[*kit.Form](s.w)[0].Field("kind").Focus()
	kittest.Key(s.w, fyne.KeyEnd)
	s.reads("Du samedi 7 mars au vendredi 13 mars, l'enfant est chez :")
}

func TestTheChildrensTextsFit(t *testing.T) {
	for _, do := range []string{"", wire.CustodyLink, wire.CustodyEnd, wire.WeeksSet, wire.PayersSet} {
		t.Run(do, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				d := screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), append(screentest.StaffRows(), screentest.FileOfParents(func(c *wire.Child) {
					c.FirstName, c.Adults[1].Name = "Maximilienne-Augusta", "Jean-Christophe de la Rochefoucauld"
					c.Payers = []wire.ChildPayers{{From: "2026-01-05", Parts: []wire.PayerPart{{Percent: 35, Name: "Jean-Christophe de la Rochefoucauld"}, {Percent: 65, Booker: true}},
						Reason: "Jugement du 12 décembre 2025, tribunal judiciaire.", By: "Sylvie Roy"}, {From: "2026-09-01"}}
				})...)...)
				w := test.NewWindow(nil)
				t.Cleanup(w.Close)
				o := openChildren(d.Context(w), d, screen.To(screen.StaffChildren, "account", string(screentest.Claire), "desk", screentest.Childhood, "child", string(screentest.Lea), "do", do)).Content
				before := kittest.Window(t, o, kittest.Small)
				if forms := kittest.All[*kit.Form](before); len(forms) > 0 {
					forms[0].Submit()
				}
				before.Canvas().Unfocus()
				return o
			})
		})
	}
}

// The way there stands in the request, once the file is open and has a child.
func TestTheWayToTheChildren(t *testing.T) {
	kittest.Light(t)
	d := screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), append(screentest.StaffRows(), screentest.FileOfParents(func(*wire.Child) {})...)...)
	o := open(t, d, wide, "request", string(screentest.ForLea))
	o.settle()
	kittest.Press(t, o.w, "Les enfants et leurs parents")
	if r := d.Routes[len(d.Routes)-1]; r.Name != screen.StaffChildren || portal.ID(r.Arg("account")) != screentest.Claire {
		t.Errorf("went to %v", r)
	}
}

// Who pays is written from a day on, the rest by a second one; what does not make a
// whole is not sent.
func TestWhoPaysIsWritten(t *testing.T) {
	kittest.Light(t)
	s := showChildren(t, func(c *wire.Child) {
		c.Payers = []wire.ChildPayers{{From: "2026-01-05", Parts: []wire.PayerPart{{Percent: 35, Name: "Hugo Martel"}, {Percent: 65, Booker: true}}, Reason: "Jugement du 12 décembre.", By: "Sylvie Roy"}, {From: "2026-09-01"}}
	})
	s.reads("Depuis le 5 janvier 2026 : Hugo Martel (35 %) et le parent qui réserve (65 %).", "Jugement du 12 décembre.", "À partir du 1er septembre 2026 : le parent qui réserve.")
	kittest.Press(t, s.w, "Qui paie…")
	if r := s.Routes[len(s.Routes)-1]; r.Arg("do") != wire.PayersSet || r.Arg("child") != string(screentest.Lea) {
		t.Fatalf("it leads to %v", r)
	}
	d := screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), append(append(screentest.StaffRows(), screentest.FileOfParents(func(*wire.Child) {})...),
		screentest.Row(wire.DeskFeed(screentest.Childhood), wire.Organisations, "dept", wire.Organisation{ID: "dept", Name: "Département de la Vesle"}))...)
	s = show(t, d, "child", string(screentest.Lea), "do", wire.PayersSet)
	s.fill(map[string]string{"from": "2026-03-16", "first": "dept", "percent": "40", "reason": "Accord du département du 2 mars."})
	kittest.Press(t, s.w, "Enregistrer")
	s.reads("Les parts doivent faire 100 %")
	s.fill(map[string]string{"second": whoBooks})
	kittest.Press(t, s.w, "Enregistrer")
	a := s.Calls[len(s.Calls)-1].Args.(*wire.SetPayers)
	if len(s.Calls) != 1 || a.Child != screentest.Lea || a.From != "2026-03-16" || a.Reason == "" || len(a.Shares) != 2 || a.Shares[0] != (ledger.Share{Payer: "dept", Percent: 40}) || a.Shares[1] != (ledger.Share{Percent: 60}) {
		t.Errorf("it asks for %+v", a)
	}
}
