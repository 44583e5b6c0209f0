package wire

import "parvis/shared/portal"

// Types of commands about appointments.
const (
	AppointmentBook   = "appointment.book"
	AppointmentMove   = "appointment.move"
	AppointmentCancel = "appointment.cancel"
	AppointmentMark   = "appointment.mark"
	AppointmentClose  = "appointment.close"
	AppointmentReopen = "appointment.reopen"
)

// Collections of appointments.
const (
	// In the town's feed.
	AppointmentServices = "appointment_service" // appointments.Service
	AppointmentClosures = "appointment_closure" // appointments.Closure
	AppointmentDays     = "appointment_day"     // appointments.Busy: of days of which something is taken

	// In an account's feed, and in a desk's file of it.
	Appointments = "appointment" // Appointment

	// In a desk's feed: the list of each day.
	DeskAppointments = "desk_appointment" // DeskAppointment
)

// BookAppointment takes an appointment for a request: as many slots, one
// behind the other, as its answers have people come.
type BookAppointment struct {
	Appointment portal.ID `json:"appointment"` // made by the desktop
	Request     portal.ID `json:"request"`
	Start       int64     `json:"start"` // microseconds UTC
}

// MoveAppointment takes another time for it. Where that cannot be had the
// appointment stays where it is.
type MoveAppointment struct {
	Appointment portal.ID `json:"appointment"`
	Start       int64     `json:"start"`
	// Reason is the town hall's, which the family reads; families give none.
	Reason string `json:"reason,omitempty"`
}

// CancelAppointment gives it up.
type CancelAppointment struct {
	Appointment portal.ID `json:"appointment"`
	Reason      string    `json:"reason,omitempty"` // as in MoveAppointment; the town hall gives one
}

// MarkAppointment says whether they came; "booked" takes it back.
type MarkAppointment struct {
	Appointment portal.ID `json:"appointment"`
	State       string    `json:"state"` // appointments.State
}

// CloseAppointments closes a service for a time. What was booked in it is
// cancelled, and the families are told.
type CloseAppointments struct {
	Closure portal.ID `json:"closure"` // made by the desktop
	Service portal.ID `json:"service"`
	From    int64     `json:"from"` // microseconds UTC
	To      int64     `json:"to"`
	Reason  string    `json:"reason"` // families read it
}

// ReopenAppointments takes a closure back. What was cancelled stays so.
type ReopenAppointments struct {
	Closure portal.ID `json:"closure"`
}

// Appointment is an appointment as its family sees it, the cancelled ones
// among them.
type Appointment struct {
	ID      portal.ID `json:"id"`
	Request portal.ID `json:"request"`
	Service portal.ID `json:"service"`
	Start   int64     `json:"start"` // microseconds UTC
	End     int64     `json:"end"`
	Counter int       `json:"counter"`
	People  int       `json:"people"` // for how many its time is; its request may have more come
	State   string    `json:"state"`  // appointments.State
	// Sequence counts its changes, for calendars.
	Sequence int    `json:"sequence,omitempty"`
	Made     int64  `json:"made"`
	Changed  int64  `json:"changed"`
	Staff    bool   `json:"staff,omitempty"` // the town hall did the last of it
	Reason   string `json:"reason,omitempty"`
}

// DeskAppointment is an appointment in the list of a day: who comes for what,
// no more.
type DeskAppointment struct {
	ID        portal.ID `json:"id"`
	Request   portal.ID `json:"request"`
	Account   portal.ID `json:"account"`
	Service   portal.ID `json:"service"`
	Reference string    `json:"reference"`
	Procedure string    `json:"procedure"`
	Person    string    `json:"person"` // whom the request is about
	Name      string    `json:"name"`   // whose account it is
	Phone     string    `json:"phone,omitempty"`
	Start     int64     `json:"start"`
	End       int64     `json:"end"`
	Counter   int       `json:"counter"`
	People    int       `json:"people"`
	// Needs is how many people come where its time is for fewer: it could not be
	// made longer where it is.
	Needs int    `json:"needs,omitempty"`
	State string `json:"state"`
}
