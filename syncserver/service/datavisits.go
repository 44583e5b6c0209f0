package service

import (
	"time"

	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// OwnAppointment is an appointment at the town hall.
type OwnAppointment struct {
	Service string    `json:"service"`
	At      time.Time `json:"at"`
	People  int       `json:"people"`
	State   string    `json:"state"`
	Reason  string    `json:"reason,omitempty"`
}

func ownAppointments(tx *store.Tx, f *townFacts, account portal.ID, lang string) (out []OwnAppointment, err error) {
	visits, err := tx.AppointmentsTo(account)
	for _, v := range visits {
		if appointments.State(v.State).Passed(v.Slot(), tx.Now()) {
			v.State = "passed" // not a state of its own: nobody has said whether they came
		}
		out = append(out, OwnAppointment{Service: f.visits[v.Service].Name.In(lang), At: micro(v.Start), People: v.People, State: v.State, Reason: v.Reason})
	}
	return out, err
}
