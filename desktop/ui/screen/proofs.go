package screen

// The screens of supporting documents.
const (
	SendProof = "envoyer-un-justificatif" // kind, child
	Proof     = "justificatif"            // id
)
