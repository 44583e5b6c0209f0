package requests

import "fmt"

// Appointment says for what service of the town hall somebody must come by
// appointment.
type Appointment struct {
	At string `json:"at"` // the service, as the town's file names it
	// People is the group whose entries are who comes, each for a slot; not
	// said, the whole request takes one.
	People string `json:"people,omitempty"`
}

// Coming is how many people a request has come, each for a slot.
func Coming(p *Procedure, a Answers) int {
	if p.Appointment == nil || p.Appointment.People == "" {
		return 1
	}
	return max(1, len(a.Rows(p.Appointment.People)))
}

func (p *Procedure) checkAppointment() error {
	if p.Appointment == nil {
		return nil
	}
	if !slugForm.MatchString(p.Appointment.At) {
		return fmt.Errorf("procedure %s: an appointment is at a service named by a lower-case word", p.ID)
	}
	if key := p.Appointment.People; key != "" {
		if _, f := p.FieldAt(key); f == nil || f.Key != key || f.Kind != KindGroup {
			return fmt.Errorf("procedure %s: who comes is the group %q, which is not there", p.ID, key)
		}
	}
	return nil
}
