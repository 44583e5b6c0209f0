package screen

// The screens of supporting documents.
const (
	SendPaper = "envoyer-un-justificatif" // kind, child
	Paper     = "justificatif"            // id
)
