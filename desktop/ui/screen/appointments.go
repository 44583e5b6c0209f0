package screen

// The names of the screens of appointments.
const (
	Appointment = "rendez-vous"         // request; step=choose, or start (microseconds) for the recap
	DeskDays    = "rendez-vous-du-jour" // staff: service, day
)
