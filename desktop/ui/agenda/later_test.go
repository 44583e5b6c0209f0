package agenda

import (
	"strings"
	"testing"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Before it is too late to cancel, one reads what would be lost: nothing of an oversight
// that the town forgives, and as much as the day costs once it has been forgiven as
// often as it forgives, or where it never does.
func TestADaySaysWhatIsLostAfterItsLimit(t *testing.T) {
	for _, c := range []struct {
		what     string
		grace    int
		forgiven []portal.Date
		want     string
	}{
		{"the town forgives nothing", 0, nil, "recrédite 3,20 €, ensuite rien."},
		{"an oversight is left", 1, nil, "recrédite 3,20 €, un oubli aussi."},
		{"it is spent", 1, []portal.Date{"2026-01-12"}, "recrédite 3,20 €, ensuite rien."},
		{"that was in another school year", 1, []portal.Date{"2025-06-12"}, "recrédite 3,20 €, un oubli aussi."},
	} {
		t.Run(c.what, func(t *testing.T) {
			kittest.Light(t)
			rule := bookings.UsualAbsences
			rule.Grace = c.grace
			d := screentest.Family()
			d.Get(screentest.Row(wire.TownFeed, wire.AbsenceRules, wire.AbsenceRuleKey, rule),
				screentest.Row(screentest.Mine, wire.Children, screentest.Lea, wire.Child{ID: screentest.Lea, FirstName: "Léa", LastName: "Martel", Site: screentest.Ferry, Forgiven: c.forgiven}))
			o := show2(t, d, screen.To(screen.Agenda))
			if got := plain(o.shown[screentest.Tuesday].Label); !strings.HasSuffix(got, c.want) {
				t.Errorf("the day says %q", got)
			}
		})
	}
}
