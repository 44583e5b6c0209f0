package papers

import (
	"parvis/desktop/i18n"
	"parvis/desktop/ui/look"
	"parvis/shared/documents"
)

// StatusLook is how the status of a document is told: a tone, a sign and a
// word. What its reader is waited for stands out: to families what is to be
// given, to agents what is to be checked.
func StatusLook(s documents.Status, agent bool) (tone look.Tone, icon, word string) {
	word = i18n.T("documents.status."+string(s), nil)
	switch s {
	case documents.Missing:
		tone, icon = look.ToneWarning, "file"
		if agent {
			tone = look.ToneNeutral
		}
	case documents.Submitted:
		tone, icon = look.ToneInfo, "hourglass-medium"
		if agent {
			tone = look.ToneWarning
		}
	case documents.Valid:
		tone, icon = look.ToneSuccess, "check-circle"
	case documents.Rejected:
		tone, icon = look.ToneError, "x-circle"
	default:
		tone, icon = look.ToneNeutral, "clock-counter-clockwise"
	}
	return tone, icon, word
}
