package payments

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/pages/pagestest"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	rules "parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"

	"parvis/desktop/ui/screentest"
)

// till is a desk whose town takes payments on line.
func till(extra ...wire.Change) *desk {
	return family(append([]wire.Change{
		screentest.Row(wire.TownFeed, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin-sur-Vesle", Phone: "03 26 00 00 00", Pays: true}),
		screentest.Row(wire.TownFeed, wire.CashDesks, "regie", wire.CashDesk{Key: "regie", Name: "Régie enfance", Online: true, Least: 100, Most: 50_000}),
	}, extra...)...)
}

const page1 = "https://payfip.exemple.fr/tpa/paiementws.web?idop=0190b000-0000-4000-8000-0000000000aa"

func pay(state rules.State, ago time.Duration) wire.Payment {
	at := screentest.Monday.At(9, 0).Add(-ago)
	p := wire.Payment{ID: "0190b000-0000-7000-8000-0000000000aa", CashDesk: "regie", Amount: 5000, State: state, Started: at.UnixMicro(), Reference: "06AHC00000E00W00000000QK"}
	if state == rules.Pending {
		p.URL, p.Until = page1, at.Add(rules.PageOpens).UnixMicro()
	}
	return p
}

func paidRow(p wire.Payment) wire.Change {
	return screentest.Row(screentest.Mine, wire.Payments, p.ID, p)
}

func theTopUp(t testing.TB, d *desk, args ...string) *stage {
	return show(t, d, func(c *screen.Context, s *stage) screen.Screen {
		c.Browse = func(address string) { s.browsed = append(s.browsed, address) }
		return openTopUp(c, s.desk, screen.To(screen.TopUp, append([]string{"desk", "regie"}, args...)...)).screen()
	})
}

func thePayment(t testing.TB, d *desk) *stage {
	return show(t, d, func(c *screen.Context, s *stage) screen.Screen {
		c.Browse = func(address string) { s.browsed = append(s.browsed, address) }
		return openPayment(c, s.desk, screen.To(screen.Payment, "id", string(pay(rules.Pending, 0).ID))).screen()
	})
}

func TestToppingUpOpensThePageInTheBrowser(t *testing.T) {
	kittest.Light(t)
	d := till()
	s := thePage(t, d)
	kittest.Press(t, s.w, "Recharger mon compte")
	if last := d.Routes[len(d.Routes)-1]; last.Name != screen.TopUp || last.Arg("desk") != "regie" {
		t.Fatalf("it leads to %v", last)
	}
	s = theTopUp(t, d)
	s.reads("76,80 €", "4 semaines habituelles : 51,20 €", "20 €", "100 €", "entre 1,00 € et 500,00 €", "PayFiP", "Ou choisissez un montant", "La page de PayFiP s'ouvre alors. Rien n'est payé avant.", "!Revenir à zéro", "!Il faut une connexion")
	d.starts = func(id portal.ID, desk string, amount portal.Money) (wire.Payment, error) {
		p := pay(rules.Pending, 0)
		p.ID, p.Amount = id, amount
		return p, nil
	}
	kittest.Press(t, s.w, "4 semaines habituelles : 51,20\u00a0€")
	kittest.Press(t, s.w, "Valider le paiement")
	s.settle()
	if len(d.started) != 1 || d.started[0].Amount != 5120 || d.started[0].CashDesk != "regie" || !slices.Equal(s.browsed, []string{page1}) {
		t.Fatalf("asked for %+v, opened %v", d.started, s.browsed)
	}
	last := d.Routes[len(d.Routes)-1]
	if last.Name != screen.Payment || last.Arg("id") != string(d.started[0].Payment) {
		t.Fatalf("it leads to %v", last)
	}
	// Its row may still be on the way.
	p := show(t, d, func(c *screen.Context, s *stage) screen.Screen {
		c.Browse = func(address string) { s.browsed = append(s.browsed, address) }
		return openPayment(c, s.desk, last).screen()
	})
	p.reads("Terminez le paiement dans votre navigateur", "51,20 € à payer", "jusqu'à 09:15")
	kittest.Press(t, p.w, "Rouvrir la page")
	if !slices.Equal(p.browsed, []string{page1}) {
		t.Errorf("opened again %v", p.browsed)
	}
	// Where the browser does not come, its address may be taken there.
	kittest.Press(t, p.w, "Copier l'adresse")
	if got := fyne.CurrentApp().Clipboard().Content(); got != page1 {
		t.Errorf("copied is %q", got)
	}
	p.reads("copiez son adresse dans votre navigateur", "Pour renoncer, fermez-la sans payer")
}

// Whatever is lost on the way, another press asks for the same payment; what was
// typed stays.
func TestAPaymentIsNeverAskedForTwice(t *testing.T) {
	kittest.Light(t)
	d := till()
	s := theTopUp(t, d)
	amount := kittest.All[*kit.Field](s.w)[0]
	amount.SetValue("42,50")
	for _, why := range []portal.Code{portal.NotReachable, rules.Unopened, portal.Internal} {
		d.starts = func(portal.ID, string, portal.Money) (wire.Payment, error) { return wire.Payment{}, portal.E(why, "") }
		kittest.Press(t, s.w, "Valider le paiement")
		s.settle()
		if amount.Value() != "42,50" || len(s.browsed) > 0 {
			t.Errorf("after %s the amount is %q", why, amount.Value())
		}
	}
	s.reads("La page de paiement n'a pas pu s'ouvrir")
	// The program was killed meanwhile: the next one finds what was asked for.
	s = theTopUp(t, d, "amount", "4250")
	kittest.Press(t, s.w, "Valider le paiement")
	s.settle()
	first := d.started[0]
	if len(d.started) != 4 || slices.ContainsFunc(d.started, func(p wire.StartPayment) bool { return p != first }) || first.Amount != 4250 {
		t.Fatalf("asked for %+v", d.started)
	}
	// Once its end is known, or for another amount, it is another one.
	d.Get(screentest.Row(screentest.Mine, wire.Payments, first.Payment, wire.Payment{ID: first.Payment, CashDesk: "regie", Amount: 4250, State: rules.Failed}))
	kittest.Press(t, s.w, "Valider le paiement")
	s.settle()
	kittest.All[*kit.Field](s.w)[0].SetValue("43")
	kittest.Press(t, s.w, "Valider le paiement")
	s.settle()
	if len(d.started) != 6 || d.started[4].Payment == first.Payment || d.started[5].Payment == d.started[4].Payment || d.started[5].Amount != 4300 {
		t.Errorf("asked for %+v", d.started[4:])
	}
}

func TestAmountsAreJudged(t *testing.T) {
	kittest.Light(t)
	d := till()
	s := theTopUp(t, d)
	amount := kittest.All[*kit.Field](s.w)[0]
	for value, says := range map[string]string{"": "Indiquez le montant", "abc": "Écrivez un montant", "0,50": "au moins 1", "501": "trop élevé", "1,234": "Écrivez un montant", "-5": "Écrivez un montant"} {
		amount.SetValue(value)
		kittest.Press(t, s.w, "Valider le paiement")
		s.reads(says)
	}
	if len(d.started) != 0 {
		t.Errorf("asked for %+v", d.started)
	}
	for text, want := range map[string]portal.Money{"50": 5000, "50,5": 5050, "50.00": 5000, "1 000": 100000, "42,50 €": 4250, "0,01": 1, "007": 700} {
		if got, ok := typed(text); !ok || got != want {
			t.Errorf("%q is read as %d, %v", text, got, ok)
		}
	}
	for _, bad := range []string{"", "5,", ",5", "5,5,5", "12345678", "1e5", "+5"} {
		if got, ok := typed(bad); ok {
			t.Errorf("%q is read as %d", bad, got)
		}
	}
}

func TestSuggestions(t *testing.T) {
	kittest.Light(t)
	desk := wire.CashDesk{Least: 100, Most: 9000}
	says := func(balance, week portal.Money) string {
		var out []string
		for _, s := range suggestions(balance, week, desk) {
			out = append(out, s.amount.Decimal())
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		balance, week portal.Money
		want          string
	}{{1000, 0, "20.00 50.00"}, {-1240, 1280, "12.40 63.60 20.00 50.00"}, {-50, 0, "20.00 50.00"}, {100, 1250, "50.00 20.00"}, {-100_000, 1280, "20.00 50.00"}} {
		if got := says(c.balance, c.week); got != c.want {
			t.Errorf("at %d with %d a week: %s, not %s", c.balance, c.week, got, c.want)
		}
	}
}

// What four weeks cost beside what is missing is told apart from the weeks alone.
func TestASuggestionSaysWhatIsInIt(t *testing.T) {
	kittest.Light(t)
	d := till(screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -1240}))
	theTopUp(t, d).reads("Revenir à zéro : 12,40 €", "Revenir à zéro et 4 semaines habituelles : 63,60 €")
	kittest.App(t, look.Light, 1, false, i18n.English)
	s := theTopUp(t, d)
	kittest.Press(t, s.w, "Back to zero: €12.40")
	if v := kittest.All[*kit.Field](s.w)[0].Value(); v != "12.40" {
		t.Errorf("the field holds %q", v)
	}
}

func TestNoLineIsSaidBefore(t *testing.T) {
	kittest.Light(t)
	d := till()
	d.off = true
	s := theTopUp(t, d)
	s.reads("Il faut une connexion pour payer")
	said := func() (n int) {
		for _, notice := range kittest.All[*kit.Notice](s.w) {
			if notice.Visible() {
				n++
			}
		}
		return n
	}
	for _, v := range []string{"", "50"} {
		kittest.All[*kit.Field](s.w)[0].SetValue(v)
		kittest.Press(t, s.w, "Valider le paiement")
		s.settle()
		if n := said(); n != 1 {
			t.Errorf("pressed with %q there are %d notices", v, n)
		}
	}
	d.off = false
	d.status()
	s.reads("!Il faut une connexion pour payer")
}

func TestEveryStateIsToldTruly(t *testing.T) {
	kittest.Light(t)
	for _, c := range []struct {
		p    wire.Payment
		says []string
	}{
		{pay(rules.Opening, time.Minute), []string{"n'est pas encore ouverte", "Réessayer", "!Recommencer"}},
		{pay(rules.Pending, time.Minute), []string{"Terminez le paiement dans votre navigateur", "Rouvrir la page", "jusqu'à 09:14", "!Recommencer"}},
		{pay(rules.Pending, 16*time.Minute), []string{"Nous attendons la réponse. Ne payez pas une deuxième fois.", "Cet écran se met à jour tout seul.", "!Rouvrir", "!Recommencer"}},
		{pay(rules.Paid, time.Hour), []string{"Merci : 50,00 € sont sur votre compte", "76,80 €", "Relevé de compte", "!Recommencer"}},
		{pay(rules.Refused, time.Hour), []string{"a été refusé", "rien n'est payé", "Recommencer"}},
		{pay(rules.Abandoned, 5*time.Minute), []string{"Vous avez quitté la page", "recommencer à partir de 09:15. Cet écran se met à jour tout seul.", "!Recommencer"}},
		{pay(rules.Abandoned, time.Hour), []string{"a été abandonné", "Recommencer"}},
		{pay(rules.Expired, time.Hour), []string{"n'est plus ouverte", "Vérifiez sur votre compte bancaire avant de recommencer", "ajoutés automatiquement", "Recommencer"}},
		{pay(rules.Failed, time.Hour), []string{"n'a pas pu s'ouvrir", "Recommencer"}},
		{pay(rules.Unclear, time.Hour), []string{"Ne payez pas une deuxième fois", "appelez-la au 03 26 00 00 00 avec la référence 06AH C000 00E0 0W00 0000 00QK", "!Référence", "!Recommencer"}},
		{pay("of a newer town hall", time.Hour), []string{"Ne payez pas une deuxième fois", "!Recommencer"}},
	} {
		says := append(c.says, "ommencé le 9 mars 2026")
		if slices.Contains(rules.States, c.p.State) && c.p.State != rules.Unclear {
			says = append(says, "Référence 06AH C000 00E0 0W00 0000 00QK, commencé le")
		}
		thePayment(t, till(paidRow(c.p))).reads(says...)
	}
	// What may have been paid is not begged to be paid again.
	for state, first := range map[rules.State]bool{rules.Expired: false, rules.Refused: true} {
		s := thePayment(t, till(paidRow(pay(state, time.Hour))))
		if b := kittest.Find[*kit.Button](s.w, "Recommencer"); b.Main() != first {
			t.Errorf("%s: starting again is the main action: %v", state, b.Main())
		}
	}
	thePayment(t, till()).reads("n'est pas encore arrivé sur cet ordinateur")
	s := thePayment(t, till(paidRow(pay(rules.Refused, time.Hour))))
	kittest.Press(t, s.w, "Recommencer")
	if last := s.Routes[len(s.Routes)-1]; last.Name != screen.TopUp || last.Arg("amount") != "5000" || last.Arg("desk") != "regie" {
		t.Errorf("it leads to %v", last)
	}
}

// The truth arrives by itself, as the town hall tells it.
func TestThePaymentIsFollowedLive(t *testing.T) {
	kittest.Light(t)
	d := till(paidRow(pay(rules.Pending, time.Minute)))
	s, list := thePayment(t, d), thePage(t, d)
	s.reads("Terminez le paiement")
	list.reads("Un paiement de 50,00 € n'est pas terminé", "Réponse attendue")
	if kittest.Find[*kit.Button](list.w, "Recharger mon compte").Main() {
		t.Error("while one is under way another payment is the main action")
	}
	s.Get(paidRow(pay(rules.Paid, time.Minute)), screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 12680}),
		moved("m99", screentest.Monday, 9, movement(5000)))
	s.reads("Merci : 50,00 €", "126,80 €", "!Terminez")
	list.reads("126,80 €", "Payé", "Paiement en ligne", "!n'est pas terminé")
	// The page closes by the clock alone.
	d2 := till(paidRow(pay(rules.Pending, time.Minute)))
	s2 := thePayment(t, d2)
	d2.Now = d2.Now.Add(15 * time.Minute)
	d2.Tick()
	s2.reads("Nous attendons la réponse", "!Rouvrir la page")
}

// The receipt is there with the credit, and says what was received from whom.
func TestTheReceiptOfAPayment(t *testing.T) {
	kittest.Light(t)
	dir, was := t.TempDir(), saveFile
	saveFile = func(name string, data []byte) (string, error) {
		path := filepath.Join(dir, name)
		return path, os.WriteFile(path, data, 0o600)
	}
	t.Cleanup(func() { saveFile = was })
	p := pay(rules.Paid, time.Hour)
	s := thePayment(t, till(paidRow(p)))
	s.reads("Merci", "!quittance")
	if !kittest.Find[*kit.Button](s.w, "Relevé de compte").Main() {
		t.Error("without a receipt nothing is the main action")
	}
	m := movement(5000)
	m.Payment, m.Receipt = p.ID, "2026-000042"
	s.Get(moved("m99", screentest.Monday, 8, m))
	s.settle()
	if !kittest.Find[*kit.Button](s.w, "Enregistrer la quittance").Main() || kittest.Find[*kit.Button](s.w, "Relevé de compte").Main() {
		t.Error("the receipt is not the main action")
	}
	kittest.Press(t, s.w, "Enregistrer la quittance")
	s.reads("Enregistré : " + dir)
	pdf, err := os.ReadFile(filepath.Join(dir, "quittance-2026-000042.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	text := plain(strings.Join(strings.Fields(strings.Join(pagestest.Text(t, pdf), " ")), " "))
	for _, want := range []string{"Quittance", "N° 2026-000042", "Claire Martel", "50,00 €", "9 mars 2026 à 08:12", "par carte bancaire", "Régie enfance", p.Reference} {
		if !strings.Contains(text, want) {
			t.Errorf("%q cannot be read in %q", want, text)
		}
	}
	theStatement(t, s.desk).reads("Paiement en ligne", "quittance n° 2026-000042")
	s.desk.kiosk = true
	thePayment(t, s.desk).reads("Merci", "!quittance")
}

func TestAskingAgainForAPageIsTheSamePayment(t *testing.T) {
	kittest.Light(t)
	d := till(paidRow(pay(rules.Opening, time.Minute)))
	s := thePayment(t, d)
	d.starts = func(id portal.ID, desk string, amount portal.Money) (wire.Payment, error) {
		return wire.Payment{}, portal.E(rules.Unopened, "")
	}
	kittest.Press(t, s.w, "Réessayer")
	s.reads("PayFiP ne répond pas")
	d.starts = func(portal.ID, string, portal.Money) (wire.Payment, error) { return pay(rules.Pending, 0), nil }
	kittest.Press(t, s.w, "Réessayer")
	s.settle()
	want := wire.StartPayment{Payment: pay(rules.Opening, 0).ID, CashDesk: "regie", Amount: 5000}
	if !slices.Equal(d.started, []wire.StartPayment{want, want}) || !slices.Equal(s.browsed, []string{page1}) {
		t.Errorf("asked for %+v, opened %v", d.started, s.browsed)
	}
}

// On a public computer nothing is opened: a telephone pays.
func TestAPublicComputerShowsACode(t *testing.T) {
	kittest.Light(t)
	d := till(paidRow(pay(rules.Pending, time.Minute)))
	d.kiosk = true
	s := thePayment(t, d)
	s.reads("Payez avec votre téléphone", "!Rouvrir la page")
	if all := kittest.All[*kit.Picture](s.w); len(all) != 1 {
		t.Errorf("there are %d codes", len(all))
	}
	d.starts = func(portal.ID, string, portal.Money) (wire.Payment, error) { return pay(rules.Pending, 0), nil }
	o := theTopUp(t, d, "amount", "5000")
	o.reads("sur votre téléphone")
	kittest.Press(t, o.w, "Valider le paiement")
	o.settle()
	if len(o.browsed) != 0 || len(d.started) != 1 {
		t.Errorf("opened %v", o.browsed)
	}
}

func TestWhereTheTownTakesNoPayments(t *testing.T) {
	kittest.Light(t)
	thePage(t, family()).reads("!Recharger mon compte")
	theTopUp(t, family()).reads("ne peut pas être rechargé en ligne", "!Valider le paiement")
}

func TestEveryTextOfToppingUpFits(t *testing.T) {
	off := func(d *desk) *desk { d.off = true; return d }
	kiosk := func(d *desk) *desk { d.kiosk = true; return d }
	low := screentest.Row(screentest.Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: -1240})
	builds := map[string]func() *stage{
		"form": func() *stage { return theTopUp(t, till(low)) },
		"off": func() *stage {
			s := theTopUp(t, off(till(paidRow(pay(rules.Pending, time.Minute)))))
			kittest.Find[*kit.Button](s.w, i18n.Say("payments.pay")).Tapped(nil)
			return s
		},
		"phone": func() *stage { return thePayment(t, kiosk(till(paidRow(pay(rules.Pending, time.Minute))))) },
		"list": func() *stage {
			two := pay(rules.Refused, 48*time.Hour)
			two.ID = "0190b000-0000-7000-8000-0000000000ab"
			return thePage(t, till(paidRow(pay(rules.Pending, time.Hour)), paidRow(two)))
		},
		"left": func() *stage { return thePayment(t, till(paidRow(pay(rules.Abandoned, time.Minute)))) },
	}
	for _, state := range rules.States {
		builds[string(state)] = func() *stage { return thePayment(t, till(paidRow(pay(state, 30*time.Minute)))) }
	}
	builds["receipt"] = func() *stage {
		p := pay(rules.Paid, 30*time.Minute)
		m := movement(5000)
		m.Payment, m.Receipt = p.ID, "2026-000042"
		return thePayment(t, till(paidRow(p), moved("m99", screentest.Monday, 8, m)))
	}
	builds["open"] = func() *stage { return thePayment(t, till(paidRow(pay(rules.Pending, time.Minute)))) }
	for name, build := range builds {
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

func TestToppingUpByTheKeyboard(t *testing.T) {
	kittest.Light(t)
	for name, s := range map[string]*stage{"form": theTopUp(t, till()), "payment": thePayment(t, till(paidRow(pay(rules.Pending, time.Minute))))} {
		t.Run(name, func(t *testing.T) { kittest.Walk(t, s.w) })
	}
}

// StartPayment stands for the session's.
func (d *desk) StartPayment(_ context.Context, payment portal.ID, cashDesk string, amount portal.Money) (wire.Payment, error) {
	d.started = append(d.started, wire.StartPayment{Payment: payment, CashDesk: cashDesk, Amount: amount})
	if d.starts == nil {
		return wire.Payment{}, portal.E(portal.NotReachable, "")
	}
	return d.starts(payment, cashDesk, amount)
}

func (d *desk) OffLine() bool { return d.off }

func (d *desk) OnStatus(f func()) (cancel func()) {
	d.status = f
	return func() { d.status = func() {} }
}
