package home

import (
	"strings"
	"testing"
	"time"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// forgives is a town that forgives so many oversights.
func forgives(grace int) wire.Change {
	rule := bookings.UsualAbsences
	rule.Grace = grace
	return screentest.Row(wire.TownFeed, wire.AbsenceRules, wire.AbsenceRuleKey, rule)
}

// On the day of a limit Accueil warns, until it has passed, of what would be lost after
// it: nothing where the town's grace would forgive an oversight.
func TestAccueilWarnsBeforeALimitOfWhatWouldBeLost(t *testing.T) {
	kittest.Light(t)
	forgiven := func(days ...portal.Date) wire.Change {
		return screentest.Row(screentest.Mine, wire.Children, screentest.Lea, wire.Child{ID: screentest.Lea, FirstName: "Léa", LastName: "Martel", Site: screentest.Ferry, Forgiven: days})
	}
	also := func(id, child, activity portal.ID, day portal.Date, price portal.Money) wire.Change {
		return screentest.Row(screentest.Mine, wire.Bookings, id, wire.Booking{ID: id, Child: child, Activity: activity, Site: screentest.Ferry, Day: day, Payer: screentest.Claire, Price: price, ByName: "Claire Martel"})
	}
	nine := screentest.Monday.At(9, 0)
	const tuesday = "À annuler aujourd'hui avant 10:00 en cas d'absence|Léa, mardi 10 mars : Restauration scolaire|Ensuite, reste dû : 3,20 €."
	for _, c := range []struct {
		what string
		now  time.Time
		rows []wire.Change
		want string
	}{
		{"no grace", nine, []wire.Change{forgives(0)}, tuesday},
		{"a grace is left", nine, []wire.Change{forgives(1)}, ""},
		{"the grace is spent", nine, []wire.Change{forgives(1), forgiven("2026-01-12")}, tuesday},
		{"the day before that of the limit", screentest.Monday.Add(-1).At(23, 0), []wire.Change{forgives(0)}, ""},
		{"at the limit", screentest.Monday.At(10, 0), []wire.Change{forgives(0)}, ""},
		{"nothing is paid for it", nine, []wire.Change{forgives(0), also("b-tue", screentest.Lea, screentest.Canteen, screentest.Tuesday, 0)}, ""},
		{"two children, and two activities of one", nine, []wire.Change{forgives(0), also("b-n", screentest.Noe, screentest.Canteen, screentest.Tuesday, 320), also("b-m", screentest.Lea, screentest.Morning, screentest.Tuesday, 128)},
			"À annuler aujourd'hui avant 10:00 en cas d'absence|Léa, mardi 10 mars : Restauration scolaire et Accueil du matin|Noé, mardi 10 mars : Restauration scolaire|Ensuite, reste dû : 7,68 €."},
		{"a later day", screentest.Monday.At(11, 0), []wire.Change{forgives(0), screentest.Booked("b-thu", screentest.Thursday)}, ""},
	} {
		d := screentest.Family()
		d.Now = c.now
		d.Get(c.rows...)
		got := ""
		all := toCancel(d.View)
		for _, w := range all {
			got += strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(w.title + "|" + strings.ReplaceAll(w.detail, "\n", "|"))
		}
		if got != c.want || len(all) > 1 {
			t.Errorf("%s: it says %q, not %q", c.what, got, c.want)
		}
	}
}

// It leads to the day, and goes with the booking.
func TestTheWarningLeadsToTheDayAndGoesWithIt(t *testing.T) {
	kittest.Light(t)
	s := family(t, append(screentest.FamilyRows(), forgives(0))...)
	s.show()
	s.reads("À annuler aujourd'hui avant 10:00 en cas d'absence", "Ensuite, reste dû")
	kittest.All[*kit.Row](s.window)[0].Tapped(nil)
	s.led(screen.To(screen.Agenda, "child", string(screentest.Lea), "activity", string(screentest.Canteen), "day", string(screentest.Tuesday)))
	s.give(screentest.Gone(screentest.Mine, wire.Bookings, "b-tue"))
	s.hides("À annuler", "Ensuite, reste dû")
}
