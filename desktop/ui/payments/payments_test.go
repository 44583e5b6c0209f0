package payments

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// desk is one that stands in a town hall where it says so.
type desk struct {
	*screentest.Desk
	kiosk, off bool
	starts     func(id portal.ID, cashDesk string, amount portal.Money) (wire.Payment, error)
	started    []wire.StartPayment
	status     func()
}

func movement(topUp portal.Money) ledger.Movement {
	return ledger.Movement{Kind: ledger.KindTopUp, Amount: topUp}
}

func (d *desk) Kiosk() bool { return d.kiosk }

func (d *desk) note() cache.Note { return cache.Note{Key: "agenda.note.book"} }

type stage struct {
	*desk
	t       testing.TB
	w       fyne.Window
	c       *screen.Context
	run     *task.Runner
	queue   *task.Queue
	of      *statement // where it is one
	browsed []string
}

// moved is a row of what moved at the canteen's cash desk.
func moved(id portal.ID, day portal.Date, hour int, m ledger.Movement) wire.Change {
	m.ID, m.At = id, day.At(hour, 12).UnixMicro()
	if m.CashDesk == "" {
		m.CashDesk = "regie"
	}
	return screentest.Row(screentest.Mine, wire.Movements, wire.MovementKey(id, m.CashDesk), m)
}

func meal(booking portal.ID, child portal.ID, day portal.Date) ledger.Movement {
	return ledger.Movement{Kind: ledger.KindDebit, Amount: -320, Booking: booking, Child: child, Activity: screentest.Canteen, Day: day}
}

// books is Claire's autumn and winter: 76.80 € on Monday 9 March 2026.
func books() []wire.Change {
	out := []wire.Change{
		moved("m01", "2025-09-01", 8, ledger.Movement{Kind: ledger.KindOpening, Amount: 2360}),
		moved("m02", "2026-01-12", 18, ledger.Movement{Kind: ledger.KindTopUp, Amount: 12000}),
		moved("m90", "2026-03-02", 9, ledger.Movement{Kind: ledger.KindCorrection, Amount: 320, By: "Sylvie Roy", Reason: "Repas du 12 janvier compté deux fois."}),
		moved("m91", "2026-03-03", 9, ledger.Movement{Kind: ledger.KindCredit, Amount: 320, Booking: "b04", Child: screentest.Lea, Activity: screentest.Canteen, Day: "2026-02-05"}),
		moved("m92", "2026-03-04", 9, ledger.Movement{Kind: ledger.KindDeskMoney, Amount: 1000, By: "Sylvie Roy", Reason: "Chèque"}),
		moved("m93", "2026-03-05", 20, meal("b-mon", screentest.Lea, screentest.Monday)),
	}
	last := meal("b-tue", screentest.Lea, screentest.Tuesday)
	last.By = "Hugo Martel"
	out = append(out, moved("m94", "2026-03-06", 7, last))
	i := 3
	for _, monday := range []portal.Date{"2026-01-26", "2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23", "2026-03-02"} {
		for _, d := range []int{0, 1, 3, 4} {
			out = append(out, moved(portal.ID(fmt.Sprintf("m%02d", i)), monday.Add(-7), 9, meal(portal.ID(fmt.Sprintf("b%02d", i)), screentest.Lea, monday.Add(d))))
			i++
		}
	}
	return out
}

func family(extra ...wire.Change) *desk {
	return &desk{Desk: screentest.New(screentest.Claire, screentest.Monday.At(9, 0), append(append(screentest.FamilyRows(), books()...), extra...)...)}
}

func show(t testing.TB, d *desk, build func(c *screen.Context, s *stage) screen.Screen) *stage {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	runner, queue := task.NewQueued(nil)
	c.Scope = runner.Scope()
	t.Cleanup(c.Leave)
	s := &stage{desk: d, t: t, w: w, c: c, run: runner, queue: queue}
	w.SetContent(build(c, s).Content)
	w.Resize(kittest.Small)
	kittest.Settle(w)
	return s
}

func thePage(t testing.TB, d *desk) *stage {
	return show(t, d, func(c *screen.Context, s *stage) screen.Screen { return open(c, s.desk).screen() })
}

func theStatement(t testing.TB, d *desk, args ...string) *stage {
	return show(t, d, func(c *screen.Context, s *stage) screen.Screen {
		s.of = openStatement(c, s.desk, screen.To(screen.Statement, args...))
		return s.of.screen()
	})
}

func (s *stage) settle() {
	s.Drain()
	s.queue.Settle(s.run)
	kittest.Settle(s.w)
}

func plain(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2212", "-").Replace(s)
}

func (s *stage) reads(parts ...string) {
	s.t.Helper()
	s.settle()
	all := plain(strings.Join(kittest.Texts(s.w), "\n"))
	for _, p := range parts {
		if missing := strings.TrimPrefix(p, "!"); strings.Contains(all, missing) == (missing != p) {
			s.t.Errorf("%q: there is %q", p, all)
		}
	}
}

func TestTheBalanceComesFirst(t *testing.T) {
	kittest.Light(t)
	s := thePage(t, family())
	s.reads("76,80 €", "2 réservations à venir sont déjà comptées dans ce solde (6,40 €), jusqu'au mardi 10 mars.",
		"Si vous continuez à ce rythme, environ 12,80 € par semaine, le solde suffit jusqu'au jeudi 7 mai", "vos 4 dernières semaines d'école", "jours habituels qui ne sont pas encore réservés sont comptés aussi",
		"Derniers mouvements", "Réservé le 6 mars 2026 par Hugo Martel", "Enregistré le 4 mars 2026 par Sylvie Roy", "Correction par la mairie", "Repas du 12 janvier", "+3,20 €", "Voir les 31 mouvements", "!négatif")
	kittest.Press(t, s.w, "Relevé de compte")
	if len(s.Routes) != 1 || s.Routes[0].Name != screen.Statement || s.Routes[0].Arg("desk") != "regie" {
		t.Errorf("it leads to %v", s.Routes)
	}
	// The link counts all of them, and shows all of them.
	kittest.Press(t, s.w, "Voir les 31 mouvements")
	if to := s.Routes[len(s.Routes)-1]; to.Name != screen.Statement || to.Arg("desk") != "regie" || to.Arg("period") != always {
		t.Errorf("it leads to %v", to)
	}
}

func TestWhatWaitsLooksPending(t *testing.T) {
	kittest.Light(t)
	s := thePage(t, family())
	if _, err := s.Submit(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: screentest.Lea, Activity: screentest.Canteen, Day: screentest.Thursday}, s.note()); err != nil {
		t.Fatal(err)
	}
	s.reads("73,60 € quand vos envois seront arrivés", "Pour le jeudi 12 mars", "En attente d'envoi", "2 réservations à venir sont déjà comptées dans ce solde (6,40 €), jusqu'au mardi 10 mars")
	o := theStatement(t, s.desk)
	o.reads("En attente d'envoi", "76,80 €")
	if o.of.items[0].month == "" || o.of.items[1].coming == nil || o.of.items[2].month == "" {
		t.Errorf("the rows begin with %+v", o.of.items[:3])
	}
	o.of.table.Select(1)
	o.of.tell(1)
	o.reads("le solde changera quand la mairie aura reçu cette réservation")
	for column, role := range map[int]fyne.ThemeColorName{0: look.Pending, 2: look.Pending} {
		if c := o.of.cell(1, column); c.Role != role {
			t.Errorf("in column %d what waits looks like %q", column, c.Role)
		}
	}
	if o.of.cell(1, 0).Icon == "" {
		t.Error("what waits has no sign")
	}
	s.Accepted(moved("m99", screentest.Monday, 8, meal("b-thu", screentest.Lea, screentest.Thursday)),
		screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 7360}))
	s.reads("73,60 €", "!quand vos envois", "!En attente")
	o.reads("!En attente d'envoi", "73,60 €")
}

// What the figure holds and the sentence under it are counted alike: what waits to
// be sent is in neither.
func TestWhatWaitsIsNotSaidToBeCounted(t *testing.T) {
	kittest.Light(t)
	s := thePage(t, family())
	if _, err := s.Submit(wire.BookingCancel, wire.CancelBooking{Booking: "b-tue"}, s.note()); err != nil {
		t.Fatal(err)
	}
	s.reads("76,80 €", "80,00 € quand vos envois seront arrivés", "2 réservations à venir sont déjà comptées dans ce solde (6,40 €)")
}

// Who books for another's child does not pay for it, and reads so.
func TestWhoBooksForAnothersChildReadsWhoPays(t *testing.T) {
	kittest.Light(t)
	given := func(level string) *desk {
		return &desk{Desk: screentest.New(screentest.Claire, screentest.Monday.At(9, 0), append(screentest.TownRows(),
			screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Kind: wire.Family, FirstName: "Jeanne", LastName: "Martel"}),
			screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 8000}),
			screentest.Row(screentest.Mine, wire.Children, screentest.Lea, wire.Child{ID: screentest.Lea, FirstName: "Léa", LastName: "Martel", Delegated: true}),
			screentest.Row(screentest.Mine, wire.Delegations, "given", wire.Delegation{ID: "given", From: "claire", FromName: "Claire Martel", To: screentest.Claire, Level: level, State: "accepted",
				Children: []wire.DelegatedChild{{ID: screentest.Lea, FirstName: "Léa"}}}))...)}
	}
	thePage(t, given("book")).reads("80,00 €", "Rien n'est réservé avec ce compte", "Ce que vous réservez pour Léa est payé par Claire Martel, et non par ce compte.", "!payée aussitôt")
	thePage(t, given("see")).reads("!est payé par")
}

func TestTheLevelIsKeptAsItIsChosen(t *testing.T) {
	kittest.Light(t)
	s := thePage(t, family())
	kittest.Press(t, s.w, "Ne pas m'avertir")
	kittest.Press(t, s.w, "Quand il passe sous 20,00\u00a0€")
	s.reads("Vous serez averti quand le solde passe sous 20,00 €.", "Vous recevez un seul avis", "En attente d'envoi", "!Ne pas m'avertir")
	c := s.Calls[len(s.Calls)-1]
	if a := c.Args.(*wire.ChooseLevel); len(s.Calls) != 1 || c.Kind != wire.BalanceLevel || a.CashDesk != "regie" || a.Level == nil || *a.Level != 2000 {
		t.Errorf("it asks for %+v", c)
	}
	odd := portal.Money(4250)
	s.Accepted(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 7680, Level: &odd}))
	s.reads("Quand il passe sous 42,50 €")
	kittest.Press(t, s.w, "Quand il passe sous 42,50\u00a0€")
	kittest.Press(t, s.w, "Ne pas m'avertir")
	s.reads("Vous ne serez plus averti", "!Vous recevez un seul avis")
	if a := s.Calls[len(s.Calls)-1].Args.(*wire.ChooseLevel); a.Level != nil || len(s.Calls) != 2 {
		t.Errorf("it asks for %+v", a)
	}
}

func TestTheStatementByMonthAndPeriod(t *testing.T) {
	kittest.Light(t)
	s := theStatement(t, family())
	s.reads("Relevé de compte", "Année scolaire 2025-2026", "Au début 0,00 € · crédité 160,00 € · débité 83,20 € · à la fin 76,80 €", "Choisissez une ligne")
	o := s.of
	if o.items[0].month != "Mars 2026" || o.items[0].in != 1640 || o.items[0].out != -640 || o.items[1].line.ID != "m94" || o.items[1].line.Balance != 7680 {
		t.Fatalf("the rows begin with %+v", o.items[:2])
	}
	o.choose(lastMonth)
	s.reads("Février 2026", "débité 51,20 €", "!crédité")
	if c := o.cell(0, 1); c.Text != "Février 2026" || c.Second != "" {
		t.Errorf("the one month says what the head has said: %+v", c)
	}
	if len(o.is.Lines) != 16 {
		t.Errorf("February has %d movements", len(o.is.Lines))
	}
	o.choose(thisMonth)
	s.reads("Mars 2026", "Repas du 12 janvier compté deux fois.")
	o.choose("2025-10-01..2025-10-31")
	s.reads("Du 1er au 31 octobre 2025", "!Au début", "Aucun mouvement dans cette période")
	kittest.Press(t, s.w, "Voir tous les mouvements")
	s.reads("Tout", "Au début 0,00 €")
	if o.period != always || len(o.is.Lines) != 31 {
		t.Errorf("all is %q, %d lines", o.period, len(o.is.Lines))
	}
}

func TestALineIsToldWhole(t *testing.T) {
	kittest.Light(t)
	s := theStatement(t, family(), "period", thisMonth)
	row := s.of.find("m92")
	test.TapCanvas(s.w.Canvas(), fyne.CurrentApp().Driver().AbsolutePositionForObject(s.of.table).Add(s.of.table.RowCentre(row)))
	s.reads("Versement à la mairie · Chèque · enregistré le 4 mars 2026 à 09:12 par Sylvie Roy · +10,00 € · solde 83,20 €")
	// The line stays marked when another arrives above it.
	s.Get(moved("m99", screentest.Monday, 9, ledger.Movement{Kind: ledger.KindTopUp, Amount: 5000}))
	s.settle()
	if at := s.of.table.Selected(); at != row+1 || s.of.items[at].line.ID != "m92" {
		t.Errorf("marked is row %d", at)
	}
}

func TestTwoDatesAreAskedFor(t *testing.T) {
	kittest.Light(t)
	s := theStatement(t, family(), "period", lastMonth)
	s.of.ask()
	s.settle()
	fields := kittest.All[*kit.Field](s.w)
	if len(fields) != 2 || fields[0].Value() != "2026-02-01" || fields[1].Value() != "2026-02-28" {
		t.Fatalf("asked are %d", len(fields))
	}
	fields[1].SetValue("2026-01-01")
	kittest.Press(t, s.w, "Afficher")
	s.reads("Le dernier jour vient après le premier.")
	fields[0].SetValue("2026-01-01")
	fields[1].SetValue("2026-01-31")
	kittest.Press(t, s.w, "Afficher")
	s.settle()
	if s.of.period != "2026-01-01..2026-01-31" || s.c.Dialogs.Open() != "" || len(s.of.is.Lines) != 9 {
		t.Errorf("shown is %q with %d lines", s.of.period, len(s.of.is.Lines))
	}
}

func TestPeriods(t *testing.T) {
	for name, want := range map[string]portal.Period{
		thisMonth: {From: "2026-02-01", To: "2026-02-28"}, lastMonth: {From: "2026-01-01", To: "2026-01-31"}, schoolYear: {From: "2025-09-01", To: "2026-08-31"}, always: {},
		"2026-01-05..2026-01-06": {From: "2026-01-05", To: "2026-01-06"}, "2026-01-06..2026-01-05": {}, "x..y": {}, "": {}, "2026-02-30..2026-03-01": {},
	} {
		if got := periodOf(name, "2026-02-11"); got != want {
			t.Errorf("%q is %+v", name, got)
		}
	}
}

func TestEmptyIsToldInThreeWays(t *testing.T) {
	kittest.Light(t)
	nobody := &desk{Desk: screentest.New(screentest.Claire, screentest.Monday.At(9, 0), screentest.TownRows()...)}
	thePage(t, nobody).reads("n'est pas encore arrivé sur cet ordinateur")
	theStatement(t, nobody).reads("n'est pas encore arrivé sur cet ordinateur")
	me := screentest.Row(screentest.Mine, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Kind: wire.Family, Payer: &ledger.Payer{Resident: true}})
	fresh := &desk{Desk: screentest.New(screentest.Claire, screentest.Monday.At(9, 0), append(screentest.TownRows(), me)...)}
	thePage(t, fresh).reads("Il s'ouvre avec votre première réservation")
	still := &desk{Desk: screentest.Family()}
	thePage(t, still).reads("76,80 €", "Aucun mouvement pour l'instant", "Rien n'est réservé en ce moment")
	theStatement(t, still).reads("Aucun mouvement pour l'instant")
}

// Several cash desks: each its balance, its name and its movements.
func several() *desk {
	d := family()
	other := ledger.Movement{Kind: ledger.KindTopUp, Amount: 900, CashDesk: "jeunesse"}
	for _, a := range d.Activities() {
		if a.ID == screentest.Morning {
			a.CashDesk = "jeunesse"
			d.Get(screentest.Row(wire.TownFeed, wire.Activities, a.ID, a))
		}
	}
	d.Get(screentest.Row(screentest.Mine, wire.Balances, "other", wire.Balance{CashDesk: "jeunesse", Amount: 900}), moved("n1", "2026-03-01", 9, other))
	return d
}

func TestSeveralCashDesks(t *testing.T) {
	kittest.Light(t)
	s := thePage(t, several())
	s.reads("Restauration scolaire", "Accueil du matin", "Solde de mon compte prépayé", "9,00 €")
	all := kittest.Texts(s.w)
	first, last, second := slices.Index(all, "Accueil du matin"), slices.Index(all, "Derniers mouvements"), slices.Index(all, "Restauration scolaire")
	if first < 0 || last < first || second < last {
		t.Errorf("the movements at %d are not under the name at %d, or the next at %d", last, first, second)
	}
	o := theStatement(t, several(), "desk", "jeunesse")
	o.reads("Accueil du matin", "à la fin 9,00 €", "!Restauration")
	items := o.of.desks()
	items[len(items)-1].Do()
	o.reads("Restauration scolaire")
}

func TestNothingIsSavedOnAPublicComputer(t *testing.T) {
	kittest.Light(t)
	d := family()
	d.kiosk = true
	theStatement(t, d).reads("!Enregistrer")
	theStatement(t, family()).reads("Enregistrer")
}

// What is written out is what is on the screen, and where it is is said.
func TestTheFilesHoldTheScreensSums(t *testing.T) {
	kittest.Light(t)
	dir, was := t.TempDir(), saveFile
	saveFile = func(name string, data []byte) (string, error) {
		path := filepath.Join(dir, name)
		return path, os.WriteFile(path, data, 0o600)
	}
	t.Cleanup(func() { saveFile = was })
	s := theStatement(t, family(), "period", thisMonth)
	for _, press := range []string{"Pour un autre logiciel (CSV)", "Pour un tableur (Excel)", "En PDF, à garder ou à imprimer"} {
		kittest.Press(t, s.w, "Enregistrer")
		kittest.Press(t, s.w, press)
		s.reads("Enregistré : " + dir)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "releve-2026-03-09.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\r\n")
	if len(lines) != 3+len(s.of.is.Lines) || !strings.HasSuffix(lines[1], ";66,80;") || !strings.HasSuffix(lines[len(lines)-1], ";;;76,80;") ||
		lines[2] != "2026-03-02;Correction par la mairie;;;;Sylvie Roy;Repas du 12 janvier compté deux fois.;3,20;70,00;" {
		t.Errorf("it reads %q", lines)
	}
	for _, name := range []string{"releve-2026-03-09.xlsx", "releve-2026-03-09.pdf"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() < 2000 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	saveFile = func(string, []byte) (string, error) { return "", os.ErrPermission }
	kittest.Press(t, s.w, "Enregistrer")
	kittest.Press(t, s.w, "Pour un tableur (Excel)")
	s.reads("Le fichier n'a pas pu être écrit")
}

// framed is a screen within the window's frame.
func framed(o fyne.CanvasObject) fyne.CanvasObject {
	foot := kit.NewFootLine(func() {})
	foot.Set(look.ToneWarning, "cloud-slash", "Hors ligne", -1)
	rail := kit.NewRail(nil, nil)
	rail.SetItems(kit.RailItem{ID: screen.Payments, Icon: "wallet", Label: "Paiements"})
	s := kit.NewShell(kit.NewTopBar(), rail, foot, kit.NewToasts(nil))
	s.ShowRail(true)
	s.SetLeft(kit.Strong("Saint-Aubin-sur-Vesle"))
	s.SetPage(o)
	return s
}

func TestEveryTextFits(t *testing.T) {
	level := portal.Money(2000)
	for name, build := range map[string]func() *stage{
		"page": func() *stage { return thePage(t, family()) },
		"waiting": func() *stage {
			d := family(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -1240, Level: &level}))
			s := thePage(t, d)
			_, _ = d.Submit(wire.BookingCancel, wire.CancelBooking{Booking: "b-tue"}, d.note())
			return s
		},
		"several":   func() *stage { return thePage(t, several()) },
		"new":       func() *stage { return thePage(t, &desk{Desk: screentest.Family()}) },
		"statement": func() *stage { return theStatement(t, several(), "desk", "regie") },
		"pending": func() *stage {
			d := family()
			_, _ = d.Submit(wire.BookingCancel, wire.CancelBooking{Booking: "b-tue"}, d.note())
			s := theStatement(t, d, "period", thisMonth)
			s.of.table.Select(1)
			s.of.tell(1)
			return s
		},
		"nothing": func() *stage { return theStatement(t, family(), "period", "2025-10-01..2025-10-31") },
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
	for name, s := range map[string]*stage{"page": thePage(t, family()), "statement": theStatement(t, family())} {
		t.Run(name, func(t *testing.T) { kittest.Walk(t, s.w) })
	}
}

// Five thousand lines are drawn as fifty are: only those in sight are asked for.
func BenchmarkStatementOf5000(b *testing.B) {
	kittest.Light(b)
	d := family()
	var rows []wire.Change
	for i := range 5000 {
		rows = append(rows, moved(portal.ID(fmt.Sprint("x", i)), portal.Date("2024-09-02").Add(i/10), i%10, meal(portal.ID(fmt.Sprint("y", i)), screentest.Lea, portal.Date("2024-09-03").Add(i/10))))
	}
	d.Get(rows...)
	s := theStatement(b, d, "period", always)
	for b.Loop() {
		s.of.refresh()
		kittest.Settle(s.w)
	}
}

// What an absence gives back was too late to be cancelled: it is not said so.
func TestACreditOfAnAbsenceIsNoCancellation(t *testing.T) {
	m := ledger.Movement{Kind: ledger.KindCredit, Absent: ledger.AbsentProved}
	if got := (words{}).when(m, "12 mars"); got != "recrédité le 12 mars" {
		t.Errorf("a proved absence reads %q", got)
	}
	m.Absent = ""
	if got := (words{}).when(m, "12 mars"); got != "annulé le 12 mars" {
		t.Errorf("a cancellation reads %q", got)
	}
}

// Two cash desks are two accounts: each with its name, its balance and its own way
// to be topped up, also where nothing was paid yet.
func TestTwoCashDesksAreTwoBalancesAndFit(t *testing.T) {
	kittest.Light(t)
	two := func() *desk {
		rows := append(screentest.TwoDesks(), screentest.Row(wire.TownFeed, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin-sur-Vesle", Pays: true}))
		for _, d := range []wire.CashDesk{{Key: "regie", Name: "Régie Restauration scolaire", Online: true, Least: 100, Most: 50000}, {Key: "jeunesse", Name: "Régie Accueil et loisirs", Online: true, Least: 100, Most: 50000}} {
			rows = append(rows, screentest.Row(wire.TownFeed, wire.CashDesks, portal.ID(d.Key), d))
		}
		return family(rows...)
	}
	s := thePage(t, two())
	s.reads("Régie Restauration scolaire", "76,80 €", "Régie Accueil et loisirs", "0,00 €")
	ways := 0
	for _, b := range kittest.All[*kit.Button](s.w) {
		if b.Text() == "Recharger mon compte" {
			ways++
			if first := ways == 1; b.Main() != first { // at the desk with the least left
				t.Errorf("way %d is the main one: %v", ways, b.Main())
			}
			b.Tapped(nil)
		}
	}
	if ways != 2 || s.Routes[0].Arg("desk") != "jeunesse" || s.Routes[1].Arg("desk") != "regie" {
		t.Errorf("%d ways lead to %v", ways, s.Routes)
	}
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := two()
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		return framed(open(d.Context(w), d).page)
	})
}
