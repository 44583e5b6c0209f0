package screen

// The screens of the family's money.
const (
	Payments  = "paiements"
	Statement = "releve"    // desk, period
	TopUp     = "recharger" // desk, amount in cents
	Payment   = "paiement"  // id: one on line, from its start to its end
)
