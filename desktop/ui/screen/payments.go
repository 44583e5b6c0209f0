package screen

// The screens of the family's money.
const (
	Payments  = "paiements"
	Statement = "releve" // desk, period
)
