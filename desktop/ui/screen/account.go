package screen

// The screens about one's own account.
const (
	Lost = "identifiants-perdus" // what: login, password, code
)
