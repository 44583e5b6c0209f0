package service

import (
	"time"

	"parvis/shared/bookings"
)

// SetupAbsences says what a family pays for a day told too late.
type SetupAbsences struct {
	Grace      int `json:"grace"`       // days of a child and school year that are credited without a proof
	UnpaidDays int `json:"unpaid_days"` // of a proved absence that stay due, the first ones
	ProofDays  int `json:"proof_days"`  // within which the proof is to come
	// Back is until when on the day itself a family may take back an absence told
	// too late, "08:30"; not on the day itself where it is not said.
	Back string `json:"back,omitempty"`
}

func (a *SetupAbsences) read(c *checker) *bookings.AbsenceRule {
	if a == nil {
		return nil
	}
	c.say(a.Grace >= 0 && a.Grace <= 30, "absences.grace", "from 0 to 30 days a school year; %d is not", a.Grace)
	c.say(a.UnpaidDays >= 0 && a.UnpaidDays <= 30, "absences.unpaid_days", "from 0 to 30 days; %d is not", a.UnpaidDays)
	c.say(a.ProofDays >= 1 && a.ProofDays <= 90, "absences.proof_days", "from 1 to 90 days; %d is not", a.ProofDays)
	rule := &bookings.AbsenceRule{Grace: a.Grace, UnpaidDays: a.UnpaidDays, ProofDays: a.ProofDays, Proof: bookings.UsualAbsences.Proof}
	if a.Back != "" {
		at, err := time.Parse("15:04", a.Back)
		c.say(err == nil, "absences.back", `write an hour as "08:30"; %q is not one`, a.Back)
		rule.BackHour, rule.BackMinute = at.Hour(), at.Minute()
	}
	return rule
}
