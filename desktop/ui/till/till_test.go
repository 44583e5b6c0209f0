package till

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const odile portal.ID = "0190b000-0000-7000-8000-000000000045"

// regie is the cash desk at which she works.
const regie = "regie"

var (
	tillFeed = wire.DeskFeed(string(accounts.Till(regie)))
	fileFeed = wire.FileFeed(string(accounts.Till(regie)), screentest.Claire)
)

// desk is Odile's, who is a cashier.
type desk struct {
	*screentest.Desk
	found wire.TownFound
	err   error
	off   bool
	asked []string
}

func (d *desk) HasLine() bool { return !d.off }

func (d *desk) SearchPayers(_ context.Context, cashDesk, text string) (wire.TownFound, error) {
	d.asked = append(d.asked, cashDesk+" "+text)
	return d.found, d.err
}

func took(id portal.ID, hour int, change func(*wire.Taking)) wire.Change {
	t := wire.Taking{ID: id, CashDesk: regie, Kind: ledger.KindDeskMoney, Account: screentest.Claire, Name: "Claire Martel", At: screentest.Monday.At(hour, 12).UnixMicro(), By: "Odile Vasseur",
		Receipt: "2026-00004" + string(id[len(id)-1:]), Brought: ledger.Brought{Form: ledger.Cash, Amount: 2000, Received: screentest.Monday}}
	if change != nil {
		change(&t)
	}
	return screentest.Row(tillFeed, wire.Takings, id, t)
}

// day is what the desk took on Monday: 111.40 €, 20.00 € of it in cash and 49.40 €
// on line.
func day() []wire.Change {
	return []wire.Change{
		took("t1", 8, nil),
		took("t2", 8, func(t *wire.Taking) {
			t.Form, t.Amount, t.Reference = ledger.Cheque, 4200, "0012345 Banque du Val"
		}),
		took("t3", 8, func(t *wire.Taking) { t.Form, t.Amount, t.Undone = ledger.CESU, 5000, true }),
		took("t4", 8, func(t *wire.Taking) {
			t.Kind, t.Amount, t.Form, t.Receipt, t.Undoes, t.Reason = ledger.KindCorrection, -5000, "", "", "t3", "Titres saisis deux fois."
		}),
		took("t5", 8, func(t *wire.Taking) {
			t.Kind, t.Brought, t.By = ledger.KindTopUp, ledger.Brought{Amount: 4940}, t.Name
		}),
	}
}

// file is Claire's account as it is open at the desk.
func file() []wire.Change {
	moved := func(id portal.ID, hour int, m ledger.Movement) wire.Change {
		m.ID, m.CashDesk, m.At = id, regie, screentest.Monday.At(hour, 12).UnixMicro()
		return screentest.Row(fileFeed, wire.Movements, wire.MovementKey(id, regie), m)
	}
	return []wire.Change{
		screentest.Row(fileFeed, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Kind: wire.Family, FirstName: "Claire", LastName: "Martel"}),
		screentest.Row(fileFeed, wire.Balances, regie, wire.Balance{CashDesk: regie, Amount: 5880}),
		moved("m1", 7, ledger.Movement{Kind: ledger.KindDebit, Amount: -320, Activity: screentest.Canteen, Child: screentest.Lea, Day: screentest.Tuesday, By: "Claire Martel"}),
		moved("t1", 8, ledger.Movement{Kind: ledger.KindDeskMoney, Amount: 2000, Form: ledger.Cash, Receipt: "2026-000041", By: "Odile Vasseur"}),
		moved("t2", 9, ledger.Movement{Kind: ledger.KindDeskMoney, Amount: 4200, Form: ledger.Cheque, Reference: "0012345 Banque du Val", Receipt: "2026-000042", By: "Odile Vasseur"}),
	}
}

func cashier(extra ...wire.Change) *desk {
	rows := append(screentest.TownRows(), screentest.Row(wire.AccountFeed(odile), wire.Accounts, odile,
		wire.Account{ID: odile, Kind: wire.Agent, FirstName: "Odile", LastName: "Vasseur", Desks: []string{string(accounts.Till(regie))}}),
		screentest.Row(wire.TownFeed, wire.CashDesks, regie, wire.CashDesk{Key: regie, Name: "Régie Restauration et accueil"}))
	return &desk{Desk: screentest.New(odile, screentest.Monday.At(9, 30), append(rows, extra...)...)}
}

type stage struct {
	*desk
	t     testing.TB
	w     fyne.Window
	c     *screen.Context
	run   *task.Runner
	queue *task.Queue
	page  fyne.CanvasObject
}

func show(t testing.TB, d *desk, build func(c *screen.Context) screen.Screen) *stage {
	t.Helper()
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	runner, queue := task.NewQueued(nil)
	c.Scope = runner.Scope()
	t.Cleanup(c.Leave)
	s := &stage{d, t, w, c, runner, queue, nil}
	s.page = build(c).Content
	w.SetContent(s.page)
	w.Resize(kittest.Small)
	s.settle()
	return s
}

func (s *stage) settle() {
	s.Drain()
	s.queue.Settle(s.run)
	kittest.Settle(s.w)
}

func theList(t testing.TB, d *desk) *stage {
	return show(t, d, func(c *screen.Context) screen.Screen { return openTill(c, d, screen.To(screen.Till)).screen() })
}

func about(name string, args ...string) screen.Route {
	return screen.To(name, append([]string{"account", string(screentest.Claire), "desk", regie, "person", "Claire Martel"}, args...)...)
}

func theAccount(t testing.TB, d *desk, args ...string) *stage {
	return show(t, d, func(c *screen.Context) screen.Screen {
		return openAccount(c, d, about(screen.TillAccount, args...)).screen()
	})
}

func anEntry(t testing.TB, d *desk, args ...string) (*stage, *entry) {
	var e *entry
	s := show(t, d, func(c *screen.Context) screen.Screen {
		e = openEntry(c, d, about(screen.TillEntry, args...))
		return e.screen()
	})
	return s, e
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

func TestTheListOfADaySumsByForm(t *testing.T) {
	kittest.Light(t)
	s := theList(t, cashier(day()...))
	s.reads("Aujourd'hui, lundi 9 mars", "Régie Restauration et accueil", "Espèces (1 encaissement)", "20,00 €", "Chèque (1 encaissement)", "En ligne par PayFiP (1 encaissement)", "49,40 €", "En ligne par PayFiP · quittance n° 2026-000045\nCrédité à 08:12", "Total encaissé", "111,40 €", "!CESU (1", "!par Claire",
		"Claire Martel", "quittance n° 2026-000042", "0012345 Banque du Val", "Annulé", "Encaissement annulé · Titres saisis deux fois.", "-50,00 €", "Saisi à 08:12 par Odile Vasseur")
	kittest.Press(t, s.w, "Jour précédent")
	s.reads("Rien n'a été encaissé ni corrigé ce jour-là.", "Dimanche 8 mars")
	theList(t, cashier()).reads("Rien n'a été encaissé ni corrigé aujourd'hui.", "!ce jour-là")
	sheet := daySheet(s.c, wire.CashDesk{Name: "Régie"}, screentest.Monday, s.Takings(regie, screentest.Monday))
	if len(sheet.Sections) != 2 || len(sheet.Sections[0].Rows) != 4 || len(sheet.Sections[1].Rows) != 5 || plain(sheet.Sections[0].Rows[3].Answer) != "111,40 €" {
		t.Errorf("on paper it is %+v", sheet.Sections)
	}
	if _, err := print.Make(sheet); err != nil {
		t.Error(err)
	}
}

func TestACashierFindsAnAccount(t *testing.T) {
	kittest.Light(t)
	d := cashier()
	d.found = wire.TownFound{Payers: []wire.FoundPayer{{Account: screentest.Claire, Name: "Claire Martel", Children: []string{"Léa Martel", "Noé Martel"}, City: "Saint-Aubin-sur-Vesle"}}}
	s := theList(t, d)
	ask := func(text string) {
		t.Helper()
		kittest.All[*kit.SearchField](s.w)[0].SetText(text)
		kittest.Press(t, s.w, "Chercher")
		s.settle()
	}
	ask("lé")
	s.reads("au moins trois lettres")
	d.off = true
	ask("martel")
	s.reads("elle attend que la connexion revienne")
	d.off = false
	ask("martel")
	s.reads("1 compte trouvé", "Enfants : Léa Martel et Noé Martel", "Saint-Aubin-sur-Vesle", "!attend que la connexion")
	if len(d.asked) != 1 || d.asked[0] != regie+" martel" {
		t.Errorf("asked %q", d.asked)
	}
	kittest.Find[*kit.Row](s.w, "Claire Martel").Tapped(nil)
	if r := s.Routes[len(s.Routes)-1]; r.Name != screen.TillAccount || r.Arg("account") != string(screentest.Claire) || r.Arg("desk") != regie {
		t.Errorf("it leads to %v", r)
	}
	d.found = wire.TownFound{}
	ask("zzz")
	s.reads("Aucun compte ne correspond à « zzz »")
	d.err = portal.E(portal.Forbidden, "desk")
	ask("martel")
	s.reads("Votre compte ne permet pas de faire cela")
}

func TestAnAccountIsOpenedAndRead(t *testing.T) {
	kittest.Light(t)
	s := theAccount(t, cashier())
	s.reads("Claire Martel", "Ouverture du compte", "!Encaisser")
	if c := s.Calls[0]; c.Kind != wire.FileOpen || *c.Args.(*wire.OpenFile) != (wire.OpenFile{Account: screentest.Claire, Desk: "regie-regie"}) {
		t.Errorf("it asks for %+v", c)
	}
	s.Accepted(append(file(), day()...)...)
	s.reads("58,80 €", "Encaisser", "Corriger…", "Chèque · 0012345 Banque du Val · quittance n° 2026-000042", "Versement à la mairie", "Restauration scolaire", "Solde -3,20 €")
	kittest.Press(t, s.w, "Encaisser")
	if r := s.Routes[len(s.Routes)-1]; r.Name != screen.TillEntry || r.Arg("do") != doEnter {
		t.Errorf("it leads to %v", r)
	}
	off := cashier()
	off.off = true
	theAccount(t, off).reads("Ce compte s'ouvre quand la connexion revient.")
}

// Two children who eat together are two lines, each with its name; what is booked
// again after a closure was taken back is not told why the town had closed.
func TestTheCashiersStatementNamesTheChild(t *testing.T) {
	kittest.Light(t)
	rows := file()
	for i, child := range []portal.ID{screentest.Lea, screentest.Noe} {
		id := portal.ID([]string{"r1", "r2"}[i])
		rows = append(rows, screentest.Row(fileFeed, wire.Children, child, wire.Child{ID: child, FirstName: []string{"Léa Marie", "Noé"}[i]}),
			screentest.Row(fileFeed, wire.Movements, wire.MovementKey(id, regie), ledger.Movement{ID: id, CashDesk: regie, At: screentest.Monday.At(9, 20).UnixMicro(), Kind: ledger.KindDebit, Amount: -320,
				Booking: "b" + id, Child: child, Activity: screentest.Canteen, Day: screentest.Thursday, Closure: "strike", Reason: "La cantine est en grève."}))
	}
	theAccount(t, cashier(rows...)).reads("Réservation rétablie : Restauration scolaire, Léa", "Réservation rétablie : Restauration scolaire, Noé", "!en grève")
}

func TestMoneyIsEnteredInThreeSteps(t *testing.T) {
	kittest.Light(t)
	d := cashier(file()...)
	s, e := anEntry(t, d)
	kittest.Press(t, s.w, "Vérifier")
	s.reads("Choisissez le moyen de paiement.", "Indiquez le montant", "!Rien n'est encore enregistré")
	e.form.Field("form").SetValue(string(ledger.Cheque))
	e.form.Field("amount").SetValue("42,5O")
	kittest.Press(t, s.w, "Vérifier")
	s.reads("Écrivez un montant en euros", "Indiquez le numéro du chèque")
	e.form.Field("amount").SetValue("42,50")
	e.form.Field("reference").SetValue(" 0012346  Banque du Val ")
	e.form.Field("received").SetValue("2026-03-10")
	kittest.Press(t, s.w, "Vérifier")
	s.reads("entre le 7 décembre 2025 et aujourd'hui")
	e.form.Field("received").SetValue("2026-03-06")
	kittest.Press(t, s.w, "Vérifier")
	s.reads("Rien n'est encore enregistré", "42,50 €", "Chèque", "0012346 Banque du Val", "6 mars 2026", "Solde après", "101,30 €")
	if len(s.Calls) != 0 {
		t.Fatalf("it was sent: %+v", s.Calls)
	}
	kittest.Press(t, s.w, "Encaisser 42,50\u00a0€")
	if len(s.Calls) != 1 {
		t.Fatalf("sent %+v", s.Calls)
	}
	a := s.Calls[0].Args.(*wire.EnterAtDesk)
	if a.Account != screentest.Claire || a.CashDesk != regie || a.Brought != (ledger.Brought{Form: ledger.Cheque, Amount: 4250, Reference: "0012346 Banque du Val", Received: "2026-03-06"}) {
		t.Errorf("sent %+v", a)
	}
	r := s.Routes[len(s.Routes)-1]
	if r.Name != screen.TillAccount || r.Arg("done") != string(a.Entry) {
		t.Fatalf("it leads to %v", r)
	}
	o := theAccount(t, d, "done", string(a.Entry))
	o.reads("42,50 € encaissés (chèque)", "En attente d'envoi", "101,30 € quand vos envois seront arrivés", "En attente")
	o.Accepted(took(a.Entry, 9, func(k *wire.Taking) { k.Brought, k.Receipt = a.Brought, "2026-000045" }))
	o.reads("Quittance n° 2026-000045", "Imprimer la quittance", "!En attente d'envoi")
	sheet := receiptSheet(o.c, o.TakingsOf(regie, screentest.Claire)[0])
	if sheet.Number != "2026-000045" || sheet.Sections[0].Rows[3].Answer != "par chèque" {
		t.Errorf("the receipt is %+v", sheet)
	}
}

func TestABalanceIsCorrected(t *testing.T) {
	kittest.Light(t)
	s, e := anEntry(t, cashier(file()...), "do", doCorrect)
	e.form.Field("way").SetValue(less)
	e.form.Field("amount").SetValue("3,20")
	e.form.Field("reason").SetValue("Repas du 12 janvier crédité deux fois.")
	kittest.Press(t, s.w, "Vérifier")
	s.reads("La famille lira :", "Repas du 12 janvier crédité deux fois.", "-3,20 €", "55,60 €")
	kittest.Press(t, s.w, "Corriger de −3,20\u00a0€")
	a := s.Calls[0].Args.(*wire.CorrectBalance)
	if a.Amount != -320 || a.Reason != "Repas du 12 janvier crédité deux fois." || a.Account != screentest.Claire {
		t.Errorf("sent %+v", a)
	}
}

func TestWhatWasBroughtIsTakenBack(t *testing.T) {
	kittest.Light(t)
	d := cashier(append(file(), day()...)...)
	o := theAccount(t, d)
	kittest.Find[*kit.Row](o.w, "Versement à la mairie").Tapped(nil)
	kittest.Press(t, o.w, "Annuler cet encaissement…")
	r := o.Routes[len(o.Routes)-1]
	if r.Name != screen.TillEntry || r.Arg("do") != doUndo || r.Arg("entry") != "t2" {
		t.Fatalf("it leads to %v", r)
	}
	s, e := anEntry(t, d, "do", doUndo, "entry", "t2")
	s.reads("42,00 €", "0012345 Banque du Val", "le solde peut devenir négatif")
	e.form.Field("reason").SetValue("Chèque rejeté par la banque.")
	kittest.Press(t, s.w, "Vérifier")
	s.reads("16,80 €")
	kittest.Press(t, s.w, "Annuler l'encaissement : −42,00\u00a0€")
	if a := s.Calls[len(s.Calls)-1].Args.(*wire.UndoAtDesk); a.Entry != "t2" || a.Reason != "Chèque rejeté par la banque." {
		t.Errorf("sent %+v", a)
	}
	o.settle()
	o.reads("Annulé", "16,80 € quand vos envois seront arrivés")
	// What is refused is told, and leads to the account.
	o.Refused(portal.E(portal.NotFound, "account")) // that it was looked at is of no concern to anybody
	o.Refused(portal.E(ledger.AlreadyUndone, "entry"))
	o.reads("Cet encaissement a déjà été annulé.", "Voir le compte")
}

func TestTheTillFits(t *testing.T) {
	long := func() []wire.Change {
		return append(day(), took("t5", 9, func(k *wire.Taking) {
			k.Name, k.Reference, k.Form, k.Amount = "Marie-Antoinette de La Rochefoucauld-Montmorency", "FR76 3000 4000 0500 0012 3456 789 VIR SEPA 2026-03", ledger.Transfer, 123456
		}))
	}
	build := map[string]func() fyne.CanvasObject{
		"day":  func() fyne.CanvasObject { return theList(t, cashier(long()...)).page },
		"none": func() fyne.CanvasObject { return theList(t, cashier()).page },
		"found": func() fyne.CanvasObject {
			d := cashier(day()...)
			d.found = wire.TownFound{More: true, Payers: []wire.FoundPayer{{Name: "Marie-Antoinette de La Rochefoucauld-Montmorency", Children: []string{"Charles-Emmanuel de La Rochefoucauld-Montmorency", "Anne"}, City: "Saint-Aubin-sur-Vesle"}}}
			s := theList(t, d)
			kittest.All[*kit.SearchField](s.w)[0].SetText("montmorency")
			kittest.All[*kit.SearchField](s.w)[0].Target().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			s.settle()
			return s.page
		},
		"opening": func() fyne.CanvasObject { return theAccount(t, cashier()).page },
		"account": func() fyne.CanvasObject {
			return theAccount(t, cashier(append(file(), day()...)...), "done", "t2").page
		},
		"enter":   func() fyne.CanvasObject { s, _ := anEntry(t, cashier(file()...)); return s.page },
		"correct": func() fyne.CanvasObject { s, _ := anEntry(t, cashier(file()...), "do", doCorrect); return s.page },
		"undo": func() fyne.CanvasObject {
			s, _ := anEntry(t, cashier(append(file(), day()...)...), "do", doUndo, "entry", "t2")
			return s.page
		},
		"recap": func() fyne.CanvasObject {
			s, e := anEntry(t, cashier(file()...), "do", doCorrect)
			e.form.Field("way").SetValue(more)
			e.form.Field("amount").SetValue("12,50")
			e.form.Field("reason").SetValue("Absence du 3 mars comptée alors que le certificat médical avait été remis à l'école.")
			e.check()
			s.settle()
			return s.page
		},
	}
	for name, b := range build {
		t.Run(name, func(t *testing.T) { kittest.FitsEverywhere(t, b) })
	}
}

func TestAnOrganisationIsAdded(t *testing.T) {
	kittest.Light(t)
	s := theList(t, cashier())
	kittest.Press(t, s.w, "Ajouter un organisme…")
	s.settle()
	kittest.Press(t, s.w, "Ajouter")
	s.reads("Écrivez le nom de l'organisme.")
	kittest.All[*kit.Field](s.w)[0].SetValue(" Département de la Vesle ")
	kittest.Press(t, s.w, "Ajouter")
	s.reads("Département de la Vesle peut maintenant payer pour un enfant.")
	if a := s.Calls[0].Args.(*wire.SaveOrganisation); a.Name != "Département de la Vesle" || a.CashDesk != regie || !a.Organisation.Valid() {
		t.Errorf("sent %+v", a)
	}
}

// unclear is a payment on line that has to be looked into.
func unclear() wire.Change {
	return screentest.Row(tillFeed, wire.UnclearPayments, "u1", wire.UnclearPayment{ID: "u1", CashDesk: regie, Account: screentest.Claire, Name: "Claire Martel", Amount: 4250,
		Reference: "06H236MUATQ2", Started: screentest.Monday.At(8, 5).UnixMicro()})
}

func TestAnUnclearPaymentIsSettledAfterAQuestion(t *testing.T) {
	kittest.Light(t)
	s := theList(t, cashier(unclear()))
	kittest.WantShown(t, s.w, "Paiement en ligne à vérifier : 42,50 €, Claire Martel", "06H236MUATQ2")
	all := kittest.Texts(s.w)
	if first, search := slices.IndexFunc(all, func(s string) bool { return strings.HasPrefix(s, "Paiement en ligne à vérifier") }), slices.Index(all, "Trouver un compte"); first < 0 || first > search {
		t.Errorf("what is to be settled comes after the search, at %d and %d", first, search)
	}
	kittest.Press(t, s.w, "Il a été payé")
	if len(s.Calls) != 0 {
		t.Fatal("without a question")
	}
	kittest.Press(t, s.w, "Créditer le compte")
	s.settle()
	if len(s.Calls) != 1 || s.Calls[0].Kind != wire.PaymentSettle || !s.Calls[0].Args.(*wire.SettlePayment).Paid {
		t.Fatalf("submitted %+v", s.Calls)
	}
	kittest.WantShown(t, s.w, "Ce que vous avez indiqué est en attente d'envoi.")
	kittest.WantHidden(t, s.w, "Il a été payé")
}

func TestAnUnclearPaymentFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject { return theList(t, cashier(unclear())).page })
}

// What an example looks like is of the language: 42.50 in English.
func TestTheExampleIsOfTheLanguage(t *testing.T) {
	for language, want := range map[string]string{i18n.French: "42,50", i18n.English: "42.50"} {
		kittest.App(t, look.Light, 1, false, language)
		s, _ := anEntry(t, cashier(file()...), "do", doEnter)
		if got := kittest.Texts(s.w); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("in %s it reads %q", language, got)
		}
	}
}
