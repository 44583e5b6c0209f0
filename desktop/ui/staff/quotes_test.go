package staff

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
)

func waits(id portal.ID, person string, account portal.ID) wire.Change {
	return screentest.Row(wire.DeskFeed(screentest.Childhood), wire.QuotientQueue, id, wire.QueueQuotient{ID: id, Account: account, Desk: screentest.Childhood, Person: person,
		Source: string(ledger.FromProof), Since: screentest.Monday.At(6, 0).UnixMicro()})
}

// file is Claire's, as the desk has it open, with what waits and what was.
func file(e quotients.Entry, paper documents.Status) []wire.Change {
	feed := wire.FileFeed(screentest.Childhood, screentest.Claire)
	e.Account = screentest.Claire
	return []wire.Change{
		screentest.Row(feed, wire.Accounts, screentest.Claire, wire.Account{ID: screentest.Claire, Kind: wire.Family, FirstName: "Claire", LastName: "Martel"}),
		screentest.Row(feed, wire.Quotients, e.ID, e),
		screentest.Row(feed, wire.Quotients, "before", quotients.Entry{ID: "before", Account: screentest.Claire, State: quotients.Accepted, Source: ledger.FromDesk, Value: 715, From: "2025-09-01", Until: "2026-08-31", Made: 1}),
		screentest.Row(feed, wire.Documents, "paper", documents.Document{ID: "paper", Account: screentest.Claire, Kind: quotients.Proof, Name: "attestation.pdf", Status: paper, Until: "2026-08-31", Sent: 1}),
	}
}

func declared() quotients.Entry {
	return quotients.Entry{ID: "q", State: quotients.Declared, Source: ledger.FromProof, Value: 460, Month: "2026-02-01", From: "2026-03-16", Document: "paper", Made: screentest.Monday.At(6, 0).UnixMicro()}
}

type quoteStage struct {
	*screentest.Desk
	t testing.TB
	w fyne.Window
}

func quotes(t testing.TB, args []string, rows ...wire.Change) *quoteStage {
	t.Helper()
	d := screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), append(screentest.StaffRows(), rows...)...)
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	c := d.Context(w)
	t.Cleanup(c.Leave)
	s := openQuotes(c, d).screen()
	if r := screen.To(screen.StaffQuotes, args...); r.Arg("id") != "" {
		s = openQuote(c, d, portal.ID(r.Arg("id")), portal.ID(r.Arg("account"))).screen()
	}
	w.SetContent(s.Content)
	w.Resize(wide)
	kittest.Settle(w)
	return &quoteStage{d, t, w}
}

func (s *quoteStage) reads(parts ...string) {
	s.t.Helper()
	s.Drain()
	kittest.Settle(s.w)
	all := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(strings.Join(kittest.Texts(s.w), "\n"))
	for _, p := range parts {
		if missing := strings.TrimPrefix(p, "!"); strings.Contains(all, missing) == (missing != p) {
			s.t.Errorf("%q: there is %q", p, all)
		}
	}
}

func TestQuotientsWaitInAQueue(t *testing.T) {
	kittest.Light(t)
	s := quotes(t, nil)
	s.reads("Rien à traiter.")
	s.Get(waits("q", "Claire Martel", screentest.Claire), waits("r", "Sofia Benali", screentest.Sofia))
	s.reads("Claire Martel", "Sofia Benali", "Envoyé avec un justificatif", "Depuis 3 heures", "À valider", "!Rien à traiter.")
	kittest.All[*kit.Row](s.w)[0].Tapped(nil)
	if r := s.Routes[len(s.Routes)-1]; r.Name != screen.StaffQuotes || r.Arg("id") != "q" || r.Arg("account") != string(screentest.Claire) {
		t.Errorf("it leads to %v", r)
	}
}

func TestAQuotientIsDecided(t *testing.T) {
	kittest.Light(t)
	args := []string{"id", "q", "account", string(screentest.Claire)}
	s := quotes(t, args, waits("q", "Claire Martel", screentest.Claire), waits("r", "Sofia Benali", screentest.Sofia))
	// The file is asked for, which the audit trail is told.
	s.reads("Claire Martel", "!460", "!Accepter")
	if len(s.Calls) != 1 || s.Calls[0].Kind != wire.FileOpen || s.Calls[0].Args.(*wire.OpenFile).Account != screentest.Claire {
		t.Fatalf("it asks for %+v", s.Calls)
	}
	s.Accepted(file(declared(), documents.Submitted)...)
	s.reads("460", "Février 2026", "16 mars 2026", "Tranche 1 sur 1", "attestation.pdf", "À vérifier", "Ses autres quotients", "715", "Enregistré par la mairie", "valide aussi le justificatif")
	kittest.Press(t, s.w, "Accepter")
	if c := s.Calls[len(s.Calls)-1]; c.Kind != wire.QuotientAccept || *c.Args.(*wire.AcceptQuotient) != (wire.AcceptQuotient{Quotient: "q", From: "2026-03-16"}) {
		t.Errorf("it decides %+v", c)
	}
	if r := s.Routes[len(s.Routes)-1]; r.Arg("id") != "r" {
		t.Errorf("it goes on with %v", r)
	}
	s.reads("En attente d'envoi", "!Refuser…")

	// A day that cannot be is told; a refusal needs its reason, which is kept
	// while it is written.
	s = quotes(t, args, append(file(declared(), documents.Valid), waits("q", "Claire Martel", screentest.Claire))...)
	s.reads("Valide jusqu'au 31 août 2026")
	if s.Calls[0].Kind != wire.FileSeen {
		t.Errorf("an open file is asked for again: %+v", s.Calls)
	}
	for _, f := range kittest.All[*kit.Field](s.w) {
		f.SetValue("2026-01-15")
	}
	kittest.Press(t, s.w, "Accepter")
	s.reads("Choisissez un jour entre le 1er février 2026")
	kittest.Press(t, s.w, "Refuser…")
	s.reads("Ce que la famille lira")
	kittest.Press(t, s.w, "Refuser ce quotient")
	if len(s.Calls) != 1 {
		t.Errorf("without a reason it sends %+v", s.Calls[1:])
	}
	kittest.Type(s.w, "Illisible.")
	kittest.Press(t, s.w, "Refuser ce quotient")
	if c := s.Calls[len(s.Calls)-1]; c.Kind != wire.QuotientRefuse || c.Args.(*wire.RefuseQuotient).Reason != "Illisible." {
		t.Errorf("it decides %+v", c)
	}
	if r := s.Routes[len(s.Routes)-1]; r.Name != screen.StaffQuotes || r.Arg("id") != "" {
		t.Errorf("with nothing left it goes to %v", r)
	}
}

func TestAQuotientThatWasDecidedMeanwhile(t *testing.T) {
	kittest.Light(t)
	e := declared()
	e.State, e.From, e.Until, e.Decided, e.DecidedBy, e.DecidedByName = quotients.Accepted, "2026-03-16", "2026-08-31", 5, screentest.Marc, "Marc Petit"
	s := quotes(t, []string{"id", "q", "account", string(screentest.Claire)}, file(e, documents.Rejected)...)
	s.reads("Marc Petit", "Invalide", "À venir", "Suivant", "!Accepter")
}

func TestAProofThatCannotBeOpened(t *testing.T) {
	kittest.Light(t)
	e := declared()
	s := quotes(t, []string{"id", "q", "account", string(screentest.Claire)}, file(e, documents.Submitted)...)
	s.NoLine = true
	kittest.Press(t, s.w, "Regarder le justificatif")
	s.reads("!Regarder le justificatif", "Claire Martel : quotient 460, février 2026", "Accepter")
	kittest.Press(t, s.w, "Retour")
	s.reads("Regarder le justificatif")
	quotes(t, []string{"id", "q", "account", string(screentest.Claire)}, file(e, documents.Rejected)...).reads("Invalide", "ne peut pas être accepté", "Refuser…", "!Ce qui est déjà réservé")
	e.Document = "gone"
	quotes(t, []string{"id", "q", "account", string(screentest.Claire)}, file(e, documents.Submitted)...).reads("Il n'est pas encore arrivé")
}

func TestEveryTextOfQuotientsFits(t *testing.T) {
	e := declared()
	for name, build := range map[string]func() *quoteStage{
		"list": func() *quoteStage {
			return quotes(t, nil, waits("q", "Marie-Antoinette-Joséphine de la Rochefoucauld-Montbazon", screentest.Claire))
		},
		"one": func() *quoteStage {
			return quotes(t, []string{"id", "q", "account", string(screentest.Claire)}, file(e, documents.Submitted)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject {
				s := build()
				s.Drain()
				o := s.w.Content()
				s.w.Canvas().Unfocus()
				s.w.SetContent(kit.Gap(1))
				rail := kit.NewRail(nil, nil)
				rail.SetItems(kit.RailItem{ID: screen.StaffQuotes, Icon: "coins", Label: "Quotients"})
				frame := kit.NewShell(kit.NewTopBar(), rail, kit.NewFootLine(func() {}), kit.NewToasts(nil))
				frame.ShowRail(true)
				frame.SetPage(o)
				return frame
			})
		})
	}
}

// A family's quotient is a part of its file where a request is read.
func TestAFileTellsItsQuotient(t *testing.T) {
	o := staff(t)
	o.Get(append(screentest.FileOf("in_review", screentest.Sylvie), file(declared(), documents.Submitted)...)...)
	o.show(screentest.ForLea)
	o.settle()
	for _, part := range []string{"Quotient familial", "715. Du 1er septembre 2025", "Valider le quotient 460"} {
		if !strings.Contains(plain(strings.Join(kittest.Texts(o.w), "\n")), part) {
			t.Errorf("%q is not shown; there is %q", part, kittest.Texts(o.w))
		}
	}
	kittest.Press(t, o.w, "Valider le quotient 460")
	if r := o.Routes[len(o.Routes)-1]; r.Name != screen.StaffQuotes || r.Arg("id") != "q" {
		t.Errorf("it leads to %v", r)
	}
}
