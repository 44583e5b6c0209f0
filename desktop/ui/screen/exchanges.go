package screen

// The names of the screens of messages and notices.
const (
	Exchanges  = "echanges" // tab, request
	Texts      = "textes"   // staff: the texts a desk uses again
	Notices    = "avis"     // what the bell opens
	NoticeWays = "choix-des-avis"
	Judge      = "verification" // staff: document, request
	Attached   = "piece-jointe" // file
)
