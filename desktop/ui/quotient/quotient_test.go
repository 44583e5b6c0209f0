package quotient

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/pick/picktest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// sender is a desk that can send documents, as the session does.
type sender struct {
	*screentest.Desk
	wrong error
	sent  []string
}

func (s *sender) SendDocument(data []byte, kind string, child portal.ID, name string) (document, command portal.ID, err error) {
	if s.wrong != nil {
		return "", "", s.wrong
	}
	s.sent = append(s.sent, kind+" "+name)
	document = portal.NewID()
	command, err = s.Submit(wire.DocumentSubmit, wire.SubmitDocument{Document: document, Upload: portal.NewID(), Kind: kind, Child: child, Name: name}, cache.Note{Key: "documents.note.submit"})
	return document, command, err
}

type stage struct {
	*sender
	t     testing.TB
	w     fyne.Window
	c     *screen.Context
	queue *task.Queue
}

func to(n int) *int { return &n }

// rows is what Claire's desktop holds, with bands of prices, on Monday 9 March
// 2026.
func rows(resident bool, of ...quotients.Entry) []wire.Change {
	payer := &ledger.Payer{Resident: resident}
	var out []wire.Change
	for _, e := range of {
		e.Account = screentest.Claire
		if e.State == quotients.Accepted {
			payer.Quotients = append(payer.Quotients, ledger.Quotient{ID: e.ID, Value: e.Value, From: e.From, Until: e.Until, Source: e.Source})
		}
		out = append(out, screentest.Row(screentest.Mine, wire.Quotients, e.ID, e))
	}
	return append(append(screentest.FamilyRows(), out...),
		screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Kind: wire.Family, FirstName: "Claire", LastName: "Martel", Birth: "1988-04-12", Payer: payer}),
		screentest.Row(wire.TownFeed, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin-sur-Vesle", Fund: true}),
		screentest.Row(wire.TownFeed, wire.DocumentKinds, quotients.Proof, requests.DocumentKind{ID: quotients.Proof, Label: requests.Text{FR: "Attestation de quotient familial"}, SchoolYear: true}),
		screentest.Row(wire.TownFeed, wire.Tariffs, screentest.Canteen+"-t", ledger.Tariff{ID: screentest.Canteen + "-t", Activity: screentest.Canteen, From: "2025-09-01", Outside: 560,
			Bands: []ledger.Band{{To: to(500), Price: 210}, {From: 501, To: to(700), Price: 320}, {From: 701, Price: 480}}}),
	)
}

func accepted(id portal.ID, value int, from, until portal.Date) quotients.Entry {
	return quotients.Entry{ID: id, State: quotients.Accepted, Source: ledger.FromProof, Value: value, From: from, Until: until, Made: from.At(9, 0).UnixMicro()}
}

func show(t testing.TB, d *screentest.Desk, build func(*screen.Context, Desk) screen.Screen) *stage {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	runner, queue := task.NewQueued(nil)
	c.Scope = runner.Scope()
	t.Cleanup(c.Leave)
	s := &stage{&sender{Desk: d}, t, w, c, queue}
	w.SetContent(build(c, s.sender).Content)
	w.Resize(kittest.Small)
	kittest.Settle(w)
	return s
}

func thePage(t testing.TB, rows ...wire.Change) *stage {
	d := screentest.New(screentest.Claire, screentest.Monday.At(9, 0), rows...)
	return show(t, d, func(c *screen.Context, s Desk) screen.Screen { return open(c, s).screen() })
}

func (s *stage) settle() {
	s.Drain()
	s.queue.Drain()
	kittest.Settle(s.w)
}

func (s *stage) reads(parts ...string) {
	s.t.Helper()
	s.settle()
	all := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(strings.Join(kittest.Texts(s.w), "\n"))
	for _, p := range parts {
		if missing := strings.TrimPrefix(p, "!"); strings.Contains(all, missing) == (missing != p) {
			s.t.Errorf("%q: there is %q", p, all)
		}
	}
}

func TestWhatFixesPricesToday(t *testing.T) {
	kittest.Light(t)
	thePage(t, rows(true, accepted("a", 640, "2025-09-01", "2026-08-31"))...).
		reads("640", "Du 1er septembre 2025 au 31 août 2026", "Envoyé avec un justificatif", "Tranche 2 sur 3", "3,20 €", "gardent leur prix", "En cours", "Le demander à la CAF")
	thePage(t, rows(true)...).reads("Aucun quotient ne vaut aujourd'hui", "la tranche la plus haute", "Tranche 3 sur 3", "4,80 €")
	thePage(t, rows(true, accepted("a", 640, "2024-09-01", "2025-08-31"))...).reads("Le dernier valait jusqu'au 31 août 2025", "4,80 €", "Terminé")
	thePage(t, rows(true, accepted("a", 640, "2026-04-01", "2026-08-31"))...).reads("Le prochain vaut à partir du 1er avril 2026", "À venir")
	thePage(t, rows(false, accepted("a", 640, "2025-09-01", "2026-08-31"))...).reads("hors de Saint-Aubin-sur-Vesle", "5,60 €", "!Tranche")
	// A month before it ends one is told, unless the next is there.
	thePage(t, rows(true, accepted("a", 640, "2025-09-01", "2026-03-31"))...).reads("Votre quotient vaut jusqu'au 31 mars 2026")
	thePage(t, rows(true, accepted("a", 640, "2025-09-01", "2026-03-31"), accepted("b", 300, "2026-04-01", "2026-08-31"))...).reads("!Votre quotient vaut jusqu'au")
	thePage(t, rows(true, accepted("a", 640, "2025-09-01", "2026-08-31"), accepted("b", 300, "2026-03-01", "2026-08-31"))...).
		reads("300", "2,10 €", "Remplacé", "Du 1er septembre 2025 au 28 février 2026")
	// A town that cannot ask the fund does not offer to.
	thePage(t, append(rows(true), screentest.Row(wire.TownFeed, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin-sur-Vesle"}))...).
		reads("Envoyer un nouveau quotient", "!CAF")
}

func TestWhatWaitsAndWhatBecameOfIt(t *testing.T) {
	kittest.Light(t)
	at := screentest.Monday.At(8, 0).UnixMicro()
	asked := quotients.Entry{ID: "q", State: quotients.Asked, Source: ledger.FromFund, Made: at}
	s := thePage(t, rows(true, asked)...)
	s.reads("Demandé le 9 mars 2026 à 08:00", "en quelques minutes", "!Envoyer un nouveau quotient")
	again := asked
	again.Next = screentest.Monday.At(9, 30).UnixMicro()
	s.Get(screentest.Row(screentest.Mine, wire.Quotients, "q", withAccount(again)))
	s.reads("ne répondent pas pour l'instant", "9 mars 2026 à 09:30")
	told := asked
	told.State, told.Value, told.Month, told.Provider = quotients.Declared, 298, "2026-02-01", "MSA"
	s.Get(screentest.Row(screentest.Mine, wire.Quotients, "q", withAccount(told)))
	s.reads("Réponse de la MSA : quotient 298, février 2026", "vos prix ne changent pas")
	kittest.Press(t, s.w, "Retirer")
	s.reads("Retiré", "Envoyer un nouveau quotient", "!298")
	if len(s.Calls) != 1 || s.Calls[0].Kind != wire.QuotientWithdraw || s.Calls[0].Args.(*wire.WithdrawQuotient).Quotient != "q" {
		t.Errorf("it asks for %+v", s.Calls)
	}
	for state, parts := range map[quotients.Outcome]string{
		quotients.NoFile: "n'ont trouvé de dossier", quotients.NotIdentified: "ne vous ont pas reconnu", quotients.Unavailable: "n'ont pas répondu depuis hier",
	} {
		e := asked
		e.State, e.Outcome = quotients.Unanswered, state
		thePage(t, rows(true, e)...).reads(parts, "Envoyer un nouveau quotient", "Sans résultat")
	}
	e := quotients.Entry{ID: "q", State: quotients.Refused, Source: ledger.FromProof, Value: 540, Reason: "L'attestation est illisible.", Made: at}
	thePage(t, rows(true, e)...).reads("Le quotient 540 n'a pas été accepté", "L'attestation est illisible.", "Refusé")
}

func withAccount(e quotients.Entry) quotients.Entry { e.Account = screentest.Claire; return e }

func TestAQuotientIsSentWithItsProof(t *testing.T) {
	kittest.Light(t)
	s := show(t, screentest.New(screentest.Claire, screentest.Monday.At(9, 0), rows(true)...), func(c *screen.Context, s Desk) screen.Screen { return openSend(c, s).screen() })
	form := kittest.All[*kit.Form](s.w)[0]
	form.Submit()
	s.reads("Indiquez le quotient écrit sur l'attestation.", "Choisissez le mois écrit sur l'attestation.")
	for _, o := range kittest.All[*kit.Swap](s.w) {
		if o.Visible() && o.Object() == nil {
			t.Error("what nothing stands in takes room")
		}
	}
	form.SetValues(map[string]string{"value": "six cents", "month": "2026-02-01", "from": "2026-01-15"})
	form.Submit()
	s.reads("Indiquez un nombre de 0 à 99 999", "Choisissez un jour entre le 1er février 2026")
	form.SetValues(map[string]string{"value": "", "from": "2026-03-16"})
	form.Field("value").Focus()
	kittest.Type(s.w, "460,00 €")
	s.reads("Avec ce quotient : Restauration scolaire, 2,10 €.")
	form.Submit()
	s.reads("Choisissez le justificatif de ce quotient.")
	if len(s.Calls) != 0 {
		t.Fatalf("without a proof it sends %+v", s.Calls)
	}
	// What is not taken is told, and what is, sent.
	s.Files.Next = pick.Chosen{Refused: []pick.Refused{{Name: "photo.heic", Err: portal.E(pick.CodeType, "")}}}
	kittest.Press(t, s.w, "Choisir un fichier")
	s.reads("photo.heic ne peut pas être envoyé")
	s.Files.Drop(pick.Chosen{Files: []pick.File{picktest.File("caf.pdf", []byte("%PDF-1.4 x"))}})
	s.reads("caf.pdf", "!photo.heic")
	s.wrong = portal.E(portal.Unavailable, "")
	form.Submit()
	waitFor(t, s, func() bool { return kittest.Shows(s.w, "caf.pdf ne peut pas être envoyé") })
	s.wrong = nil
	form.Submit()
	waitFor(t, s, func() bool { return len(s.Calls) == 2 })
	args, ok := s.Calls[1].Args.(*wire.DeclareQuotient)
	if !ok || args.Value != 460 || args.Month != "2026-02-01" || args.From != "2026-03-16" || s.sent[0] != quotients.Proof+" caf.pdf" ||
		len(s.Calls[1].Needs) != 1 || s.Calls[1].Needs[0] != s.Calls[0].ID || args.Document != s.Calls[0].Args.(*wire.SubmitDocument).Document {
		t.Errorf("it sends %+v, %+v", s.Calls, args)
	}
	if n := len(s.Routes); n == 0 || s.Routes[n-1].Name != screen.Quotient {
		t.Errorf("it goes to %v", s.Routes)
	}
	// A proof that was sent already serves again.
	paper := documents.Document{ID: "paper", Account: screentest.Claire, Kind: quotients.Proof, Name: "attestation.pdf", Status: documents.Valid, Until: "2026-08-31", Sent: screentest.Monday.At(8, 0).UnixMicro()}
	s = show(t, screentest.New(screentest.Claire, screentest.Monday.At(9, 0), append(rows(true), screentest.Row(screentest.Mine, wire.Documents, "paper", paper))...),
		func(c *screen.Context, s Desk) screen.Screen { return openSend(c, s).screen() })
	s.reads("attestation.pdf, envoyé le 9 mars 2026")
	form = kittest.All[*kit.Form](s.w)[0]
	form.SetValues(map[string]string{"value": "460", "month": "2026-02-01"})
	form.Submit()
	if len(s.Calls) != 1 || s.Calls[0].Args.(*wire.DeclareQuotient).Document != "paper" || len(s.Calls[0].Needs) != 0 {
		t.Errorf("it sends %+v", s.Calls)
	}
}

func waitFor(t *testing.T, s *stage, fact func() bool) {
	t.Helper()
	for limit := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		s.settle()
		if fact() {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("in vain; there is %q, %+v", kittest.Texts(s.w), s.Calls)
		}
	}
}

func TestTheFundIsAskedAfterConsent(t *testing.T) {
	kittest.Light(t)
	s := show(t, screentest.New(screentest.Claire, screentest.Monday.At(9, 0), rows(true)...), func(c *screen.Context, s Desk) screen.Screen { return openAsk(c, s).screen() })
	s.reads("Ce que vous acceptez", "effacés dès la réponse", "Rien ne vous y oblige", "!Démonstration")
	form := kittest.All[*kit.Form](s.w)[0]
	if v := form.Values(); v["birth_name"] != "Martel" || v["first_names"] != "Claire" || v["birth"] != "1988-04-12" || v["country"] != quotients.France || v["sex"] != "" {
		t.Errorf("it begins with %v", v)
	}
	form.Submit()
	s.reads("Cochez cette case", "Choisissez une des deux réponses.", "Indiquez votre commune de naissance.")
	form.SetValues(map[string]string{"sex": "F", "town": "Reims", "department": "96", "consent": "yes", "first_names": "Sophie"})
	form.Submit()
	s.reads("Indiquez le numéro du département")
	form.SetValues(map[string]string{"department": "51"})
	form.Submit()
	s.reads("Ce ne sont pas vos prénoms")
	if len(s.Calls) != 0 {
		t.Fatalf("it asks for %+v", s.Calls)
	}
	form.SetValues(map[string]string{"birth_name": "Durand", "first_names": "Claire, Marie"})
	form.Submit()
	if len(s.Calls) != 1 {
		t.Fatalf("it asks for %+v; there is %q", s.Calls, kittest.Texts(s.w))
	}
	args := s.Calls[0].Args.(*wire.FetchQuotient)
	if args.Consent != quotients.Consent || args.Identity.BirthName != "Durand" || len(args.Identity.FirstNames) != 2 || args.Identity.Department != "51" || len(args.Identity.Check()) != 0 {
		t.Errorf("it asks with %+v", args)
	}
	// Born abroad no town is asked for.
	s = show(t, screentest.New(screentest.Claire, screentest.Monday.At(9, 0), rows(true)...), func(c *screen.Context, s Desk) screen.Screen { return openAsk(c, s).screen() })
	form = kittest.All[*kit.Form](s.w)[0]
	form.SetValues(map[string]string{"sex": "F", "consent": "yes"})
	form.Field("country").Focus()
	kittest.Key(s.w, fyne.KeyDown)
	s.reads("!Commune de naissance")
	form.Submit()
	if len(s.Calls) != 1 || s.Calls[0].Args.(*wire.FetchQuotient).Identity.Town != "" {
		t.Errorf("it asks for %+v; there is %q", s.Calls, kittest.Texts(s.w))
	}
}

func TestValuesAreReadAsPeopleWriteThem(t *testing.T) {
	for s, want := range map[string]int{"640": 640, " 1 024 ": 1024, "1\u202f024,50 €": 1024, "640.00": 640, "0": 0, "": -1, "six": -1, "-5": -1, "6,4,0": -1, "12345678": -1, "1e3": -1} {
		got, ok := valueOf(s)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %d, not %d", s, got, want)
		}
	}
}

// framed is a screen within the window's frame.
func framed(o fyne.CanvasObject) fyne.CanvasObject {
	foot := kit.NewFootLine(func() {})
	foot.Set(look.ToneWarning, "cloud-slash", "Hors ligne", -1)
	rail := kit.NewRail(nil, nil)
	rail.SetItems(kit.RailItem{ID: screen.Home, Icon: "house", Label: "Accueil"})
	s := kit.NewShell(kit.NewTopBar(), rail, foot, kit.NewToasts(nil))
	s.ShowRail(true)
	s.SetLeft(kit.Strong("Saint-Aubin-sur-Vesle"))
	s.SetPage(o)
	return s
}

func TestEveryTextFits(t *testing.T) {
	at := screentest.Monday.At(8, 0).UnixMicro()
	all := []quotients.Entry{
		accepted("a", 640, "2025-09-01", "2026-03-31"),
		{ID: "b", State: quotients.Refused, Source: ledger.FromProof, Value: 99999, Reason: "L'attestation que vous avez envoyée est d'une autre personne : envoyez celle de votre foyer.", Made: at},
		{ID: "c", State: quotients.Unanswered, Source: ledger.FromFund, Outcome: quotients.NotIdentified, Made: at + 1},
	}
	waiting := append([]quotients.Entry{{ID: "d", State: quotients.Asked, Source: ledger.FromFund, Made: at, Next: at}}, all...)
	for name, build := range map[string]func() *stage{
		"page":    func() *stage { return thePage(t, rows(true, all...)...) },
		"waiting": func() *stage { return thePage(t, rows(false, waiting...)...) },
		"send": func() *stage {
			s := show(t, screentest.New(screentest.Claire, screentest.Monday.At(9, 0), rows(true)...), func(c *screen.Context, s Desk) screen.Screen { return openSend(c, s).screen() })
			form := kittest.All[*kit.Form](s.w)[0]
			form.SetValues(map[string]string{"value": "640", "from": "2020-01-01"})
			form.Submit()
			return s
		},
		"ask": func() *stage {
			s := show(t, screentest.New(screentest.Claire, screentest.Monday.At(9, 0), append(rows(true), screentest.Row(wire.TownFeed, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin-sur-Vesle", Demo: true}))...),
				func(c *screen.Context, s Desk) screen.Screen { return openAsk(c, s).screen() })
			kittest.All[*kit.Form](s.w)[0].Submit()
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				s := build()
				s.settle()
				o := s.w.Content()
				s.w.Canvas().Unfocus()
				s.w.SetContent(kit.Gap(1))
				return framed(o)
			})
		})
	}
}

func TestEverythingIsReachedByTheKeyboard(t *testing.T) {
	kittest.Light(t)
	asked := quotients.Entry{ID: "q", State: quotients.Asked, Source: ledger.FromFund, Made: screentest.Monday.At(8, 0).UnixMicro()}
	desk := func() *screentest.Desk {
		return screentest.New(screentest.Claire, screentest.Monday.At(9, 0), rows(true)...)
	}
	for name, s := range map[string]*stage{
		"page":    thePage(t, rows(true, accepted("a", 640, "2025-09-01", "2026-08-31"))...),
		"waiting": thePage(t, rows(true, asked)...),
		"send":    show(t, desk(), func(c *screen.Context, s Desk) screen.Screen { return openSend(c, s).screen() }),
		"ask":     show(t, desk(), func(c *screen.Context, s Desk) screen.Screen { return openAsk(c, s).screen() }),
	} {
		t.Run(name, func(t *testing.T) { kittest.Walk(t, s.w) })
	}
}
