package forms

import (
	"parvis/desktop/ui/look"
	"parvis/desktop/view"
	"parvis/shared/requests"
)

// StateLook is how the state of a request is told: a tone, a sign and a word.
func StateLook(state string) (tone look.Tone, icon, word string) {
	word = words("state." + state)
	switch requests.State(state) {
	case requests.Draft:
		return look.ToneNeutral, "note-pencil", word
	case requests.Submitted:
		return look.ToneInfo, "envelope-simple", word
	case requests.InReview:
		return look.ToneInfo, "hourglass-medium", word
	case requests.WaitingFamily:
		return look.ToneWarning, "hand-palm", word
	case requests.Accepted:
		return look.ToneSuccess, "check-circle", word
	case requests.Refused:
		return look.ToneError, "x-circle", word
	case view.StatePending:
		return look.TonePending, "cloud-arrow-up", word
	}
	return look.ToneNeutral, "prohibit", word
}

// EventWord is what happened, as a time line says it.
func EventWord(kind string) string { return words("event." + kind) }

// ActionWord is what can be done to a request, as a button says it.
func ActionWord(a requests.Action) string { return words("action." + string(a)) }

// eventLook is the sign and tone of an event.
func eventLook(kind string) (look.Tone, string) {
	switch requests.EventKind(kind) {
	case requests.EventAccepted, requests.EventDocumentValid:
		return look.ToneSuccess, "check"
	case requests.EventRefused, requests.EventDocumentRejected:
		return look.ToneError, "x"
	case requests.EventAsked:
		return look.ToneWarning, "hand-palm"
	case requests.EventTaken, requests.EventReopened:
		return look.ToneInfo, "user"
	case requests.EventMessage:
		return look.ToneInfo, "chat-text"
	}
	return look.ToneNeutral, "check"
}
