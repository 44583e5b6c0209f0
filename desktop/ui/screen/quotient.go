package screen

// The screens of family quotients.
const (
	Quotient     = "quotient"          // what fixes one's prices
	QuotientSend = "quotient-envoyer"  // a new one, with its proof
	QuotientAsk  = "quotient-demander" // of the family fund
	StaffQuotes  = "quotients"         // staff: id
)
