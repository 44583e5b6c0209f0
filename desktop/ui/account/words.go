package account

import (
	"errors"
	"strconv"
	"strings"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/screen"
	"parvis/shared/client"
	"parvis/shared/portal"
)

// t is a text of these screens; pairs are names and values.
func t(key string, pairs ...any) string { return i18n.Say("account."+key, pairs...) }

// trouble is an error as a card says it: what is the matter, and what can be
// done about it.
type trouble struct{ title, text string }

// troubleOf puts what is nobody's typing mistake into words.
func troubleOf(err error) trouble {
	switch portal.CodeOf(err) {
	case portal.NotReachable:
		switch cause := causeOf(err); cause {
		case client.NotParvis, client.UnsafeCert:
			return about("line." + string(cause))
		default:
			return about("line.none")
		}
	case portal.Unavailable:
		return about("line.unavailable")
	case portal.Throttled:
		return trouble{t("throttled.title"), t("throttled.text", "Wait", waitOf(err))}
	case portal.Internal:
		text := t("internal.text")
		var e *client.Error
		if errors.As(err, &e) && e.Request != "" {
			text = t("internal.request", "Request", e.Request)
		}
		return trouble{t("internal.title"), text}
	}
	return trouble{text: sentence(err)}
}

func about(key string, pairs ...any) trouble {
	return trouble{t(key+".title", pairs...), t(key+".text", pairs...)}
}

// sentence is an error in one sentence, for the place beside a field.
func sentence(err error) string {
	switch portal.CodeOf(err) {
	case portal.Throttled:
		return t("throttled.text", "Wait", waitOf(err))
	case portal.Internal, portal.NotReachable, portal.Unavailable:
		return troubleOf(err).text
	}
	var e *portal.Error
	if errors.As(err, &e) {
		// The portal names the field below the part of the call it stands in.
		e = &portal.Error{Code: e.Code, Field: fieldOf(e), Args: e.Args}
		return screen.Sentence(e)
	}
	return screen.Sentence(err)
}

// fieldOf is the field of a profile, or of an activation, an error is about.
func fieldOf(err error) string {
	var e *portal.Error
	if !errors.As(err, &e) {
		return ""
	}
	return strings.TrimPrefix(e.Field, "profile.")
}

// causeOf is why the portal could not be reached.
func causeOf(err error) client.Cause {
	var e *portal.Error
	if errors.As(err, &e) {
		return client.Cause(e.Args["cause"])
	}
	return ""
}

// unreachable tells whether an error is of the line and not of what was asked.
func unreachable(err error) bool {
	code := portal.CodeOf(err)
	return code == portal.NotReachable || code == portal.Unavailable
}

// waitOf is how long a throttled person has to wait, in words.
func waitOf(err error) string {
	seconds := 60
	var e *portal.Error
	if errors.As(err, &e) {
		if n, wrong := strconv.Atoi(e.Args["seconds"]); wrong == nil && n > 0 {
			seconds = n
		}
	}
	if seconds < 90 {
		return t("throttled.seconds", "Count", seconds)
	}
	return t("throttled.minutes", "Count", (seconds+59)/60)
}

// leftOf is how often a code may still be tried.
func leftOf(err error) int {
	var e *portal.Error
	if errors.As(err, &e) {
		if n, wrong := strconv.Atoi(e.Args["left"]); wrong == nil {
			return n
		}
	}
	return 0
}
