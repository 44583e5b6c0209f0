package home

import (
	"testing"

	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// closedRows is a strike that took Léa's meals of two days away, as her mother
// reads it; then what was told of its end.
func closedRows(whats ...notices.What) []wire.Change {
	const id portal.ID = "0190b000-0000-7000-8000-0000000000c1"
	c := bookings.Closure{ID: id, Kind: bookings.Strike, Activities: []portal.ID{screentest.Canteen}, Sites: []portal.ID{screentest.Ferry},
		Period: portal.Period{From: screentest.Thursday, To: screentest.Friday}, Reason: "Une partie du personnel est en grève. Prévoyez un repas.", Declared: 1}
	rows := []wire.Change{screentest.Row(wire.TownFeed, wire.Closures, id, c)}
	for i, day := range []portal.Date{screentest.Thursday, screentest.Friday} {
		m := ledger.Movement{ID: portal.ID("credit-" + day), CashDesk: "regie", At: screentest.Monday.At(8, i).UnixMicro(), Kind: ledger.KindCredit, Amount: 320,
			Booking: portal.ID("gone-" + day), Child: screentest.Lea, Activity: screentest.Canteen, Day: day, Reason: c.Reason, Closure: id}
		rows = append(rows, screentest.Row(screentest.Mine, wire.Movements, wire.MovementKey(m.ID, "regie"), m))
	}
	for i, what := range whats {
		n := wire.Notice{ID: portal.ID("told-" + what), Kind: string(notices.Closure), About: id, At: screentest.Monday.At(8, i).UnixMicro(), What: string(what)}
		if what == notices.ClosureLost {
			n.Args = map[string]string{notices.ArgLost: string(screentest.Friday)}
		}
		rows = append(rows, screentest.Row(screentest.Mine, wire.Notices, n.ID, n))
	}
	return rows
}

func TestAClosureIsACardUntilItIsRead(t *testing.T) {
	s := family(t, append(screentest.FamilyRows(), closedRows(notices.ClosureDeclared)...)...).show()
	s.reads("Grève, du jeudi 12 mars au vendredi 13 mars", "Restauration scolaire · École Jules-Ferry", "Prévoyez un repas.", "Recrédit sur votre compte pour Léa : 6,40 €.")
	s.press("J'ai lu")
	s.hides("Grève")
}

func TestAClosureTakenBackSaysWhatIsRestored(t *testing.T) {
	rows := append(screentest.FamilyRows(), closedRows(notices.ClosureUndone, notices.ClosureLost)...)
	again := ledger.Movement{ID: "again", CashDesk: "regie", At: screentest.Monday.At(8, 30).UnixMicro(), Kind: ledger.KindDebit, Amount: -320, Booking: "b-again",
		Child: screentest.Lea, Activity: screentest.Canteen, Day: screentest.Thursday, Closure: "0190b000-0000-7000-8000-0000000000c1"}
	rows = append(rows, screentest.Row(screentest.Mine, wire.Movements, wire.MovementKey("again", "regie"), again))
	s := family(t, rows...).show()
	s.reads("Finalement ouvert du jeudi 12 mars au vendredi 13 mars", "pour Léa sont rétablies au même prix. Débit de votre compte : 3,20 €.",
		"Vendredi 13 mars n'a pas pu être réservé de nouveau")
}
