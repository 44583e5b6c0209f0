package screen

// The screens of the family's money.
const (
	Payments  = "paiements"
	Statement = "releve"    // desk, period
	TopUp     = "recharger" // desk, amount in cents
	Payment   = "paiement"  // id: one on line, from its start to its end
)

// The screens of a cash desk's cashiers.
const (
	Till        = "regie"          // staff: desk, day
	TillAccount = "regie-compte"   // staff: account, desk, person; done, an entry just made
	TillEntry   = "regie-ecriture" // staff: account, desk, person; do: enter, correct, undo; entry that is undone
)
