// Package absences is where a family says that a child will not come, with what
// that costs before it is sent, and where an agent judges what was told too
// late. It reads the view and submits commands; the rule is in shared/bookings.
package absences

import (
	"slices"
	"strings"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// t is a text of the family's screen, staff one of the agent's.
func t(key string, pairs ...any) string     { return i18n.Say("absence."+key, pairs...) }
func staff(key string, pairs ...any) string { return i18n.Say("absences."+key, pairs...) }

func money(m portal.Money) string { return i18n.Money(int64(m)) }

func activity(v *view.View, id portal.ID) bookings.Activity {
	for _, a := range v.Activities() {
		if a.ID == id {
			return a
		}
	}
	return bookings.Activity{ID: id}
}

// stateChip is how an absence stands, in colour, sign and word.
func stateChip(s bookings.AbsenceState, pending bool) (look.Tone, string, string) {
	if pending {
		return look.TonePending, "clock-countdown", t("state.pending")
	}
	switch s {
	case bookings.AbsenceTold:
		return look.ToneWarning, "hourglass-medium", t("state.told")
	case bookings.AbsenceAccepted:
		return look.ToneSuccess, "check-circle", t("state.accepted")
	case bookings.AbsenceRefused:
		return look.ToneError, "x-circle", t("state.refused")
	case bookings.AbsenceWithdrawn:
		return look.ToneNeutral, "arrow-u-up-left", t("state.withdrawn")
	}
	return look.ToneSuccess, "check-circle", t("state.settled")
}

// days says what became of each day of an absence, in a line: "Jeudi 12 mars
// (dû), vendredi 13 mars (recrédité)".
func days(all []bookings.AbsentDay) string {
	var order []portal.Date
	due, paid := map[portal.Date]bool{}, map[portal.Date]bool{}
	for _, d := range all {
		if _, seen := due[d.Day]; !seen {
			order = append(order, d.Day)
		}
		due[d.Day] = due[d.Day] || !d.Credited
		paid[d.Day] = paid[d.Day] || !d.Provisional
	}
	var parts []string
	for _, d := range order {
		key := "item.credited"
		switch {
		case due[d]:
			key = "item.due"
		case !paid[d]:
			key = "item.cancelled"
		}
		parts = append(parts, t(key, "Day", i18n.DayDate(outcome.Day(d))))
	}
	return i18n.Capital(strings.Join(parts, ", "))
}

// came says on which days the child comes after all: "Vient finalement : jeudi 12
// mars, vendredi 13 mars".
func came(all []bookings.AbsentDay) string {
	var parts []string
	for _, d := range all {
		if day := i18n.DayDate(outcome.Day(d.Day)); !slices.Contains(parts, day) {
			parts = append(parts, day)
		}
	}
	return t("item.back", "Days", strings.Join(parts, ", "))
}

// reason is why, as a title; in the form it is told in the first person.
func reason(a wire.Absence) string {
	if a.Illness {
		return staff("illness")
	}
	return staff("other")
}

func reasonIcon(a wire.Absence) string {
	if a.Illness {
		return "first-aid"
	}
	return "student"
}

// proofSent reports whether a certificate has come for an absence, from whomever of
// those whose it is.
func proofSent(v *view.View, a view.Absence) bool {
	if a.ProofSent {
		return true
	}
	rule, groups := v.AbsenceRule(), v.Documents()
	for _, it := range slices.Concat(groups.Valid, groups.ToCheck) {
		if d := it.Document; d != nil && d.Kind == rule.Proof && d.Child == a.Child && d.Status != documents.Rejected && rule.MayProve(d.Sent, a.Told) {
			return true
		}
	}
	return false
}

// proves reports whether this account may send a certificate for a child: its parents
// may, and nobody whom they let book.
func proves(v *view.View, child portal.ID) bool {
	c, known := v.Child(child)
	return known && !c.Delegated
}

// proofWord says how the certificate of an absence that waits stands.
func proofWord(v *view.View, a view.Absence) string {
	until := i18n.Date(outcome.Day(a.Until))
	switch {
	case proofSent(v, a):
		return t("proofSent")
	case !proves(v, a.Child):
		return t("parentProof", "Until", until)
	}
	return t("stillProof", "Until", until)
}
