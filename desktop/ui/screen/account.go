package screen

// The screens about one's own account.
const (
	Lost         = "identifiants-perdus" // what: login, password, code
	Profile      = "mon-profil"
	Details      = "mon-profil-details"
	Change       = "mon-profil-modifier" // part: address, phones, mail, code, password, language
	Devices      = "mes-appareils"
	MyData       = "mes-donnees"
	CloseAccount = "fermer-mon-compte"
)
