package finding

import (
	"strings"

	"parvis/assets"
	"parvis/desktop/find"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
)

// whose may go to a place.
type whose int

const (
	visitor whose = 1 << iota
	family
	agent
	everybody = visitor | family | agent
	person    = family | agent
)

// place is a screen, or a part of one, that is found by its words: those under
// finding.go.<name>.
type place struct {
	name, icon string
	to         screen.Route
	whose      whose
}

var allPlaces = []place{
	{"home", "house", screen.To(screen.Home), everybody},
	{"queue", "list-checks", screen.To(screen.Queue), agent},
	{"book", "calendar", screen.To(screen.Agenda), family},
	{"requests", "list-checks", screen.To(screen.Requests), family},
	{"ask", "files", screen.To(screen.Procedures), everybody},
	{"write", "chats", screen.To(screen.Exchanges, "tab", "messages"), family},
	{"document", "upload-simple", screen.To(screen.Exchanges, "tab", "documents"), family},
	{"texts", "note-pencil", screen.To(screen.Texts), agent},
	{"counts", "fork-knife", screen.To(screen.StaffDay), agent},
	{"notices", "bell", screen.To(screen.Notices), person},
	{"noticeWays", "bell", screen.To(screen.NoticeWays), person},
	{"profile", "user-circle", screen.To(screen.Profile), person},
	{"address", "map-pin", screen.To(screen.Change, "part", "address"), family},
	{"phones", "phone", screen.To(screen.Change, "part", "phones"), family},
	{"mail", "envelope-simple", screen.To(screen.Change, "part", "mail"), family},
	{"password", "key", screen.To(screen.Change, "part", "password"), person},
	{"devices", "desktop", screen.To(screen.Devices), person},
	{"data", "download-simple", screen.To(screen.MyData), family},
	{"close", "x-circle", screen.To(screen.CloseAccount), family},
	{"signIn", "sign-in", screen.To(screen.SignIn), visitor},
	{"register", "user-plus", screen.To(screen.Register), visitor},
	{"lost", "key", screen.To(screen.Lost), visitor},
	{"code", "hash", screen.To(screen.WindowCode), visitor},
}

// usual are what is suggested before anything is typed, insteads where nothing
// was found.
var (
	usual = []screen.Route{
		screen.To(screen.Agenda), screen.To(screen.Exchanges, "tab", "documents"), screen.To(screen.Exchanges, "tab", "messages"), screen.To(screen.Requests),
		screen.To(screen.Queue), screen.To(screen.StaffDay), screen.To(screen.Texts),
		screen.To(screen.Procedures), screen.To(screen.Profile), screen.To(screen.SignIn), screen.To(screen.Register), screen.To(screen.Lost),
	}
	insteads = []screen.Route{screen.To(screen.Procedures), screen.To(screen.Requests), screen.To(screen.Queue)}
)

func (r *reader) who() whose {
	switch {
	case r.staff:
		return agent
	case r.in:
		return family
	}
	return visitor
}

func places(r *reader) []find.Entry {
	var out []find.Entry
	for _, p := range allPlaces {
		if p.whose&r.who() == 0 {
			continue
		}
		key := "finding.go." + p.name
		title, other := r.both(key + ".title")
		out = append(out, find.Entry{To: p.to.String(), Icon: p.icon, Title: title, Detail: i18n.In(r.lang, key+".text", nil), Names: []string{other, r.all(key + ".words")}})
	}
	return out
}

// helped are the screens whose help may be opened from anywhere.
var helped = map[whose][]string{
	visitor: {screen.Home, screen.Procedures, screen.SignIn, screen.Register, screen.Lost},
	family: {screen.Home, screen.Agenda, screen.Requests, screen.Exchanges, screen.Procedures, screen.Notices, screen.NoticeWays,
		screen.Relations, screen.Invite, screen.SendProof, screen.Quotient, screen.Appointment, screen.Profile, screen.Devices, screen.MyData},
	agent: {screen.Queue, screen.StaffDay, screen.Texts, screen.Procedures, screen.Notices, screen.NoticeWays, screen.Profile},
}

func helps(r *reader) []find.Entry {
	var out []find.Entry
	for _, name := range helped[r.who()] {
		e := find.Entry{To: helpPrefix + name, Detail: i18n.In(r.lang, "finding.kind.help", nil), Words: []string{r.all("finding.kind.help")}}
		for _, lang := range i18n.Languages() {
			text, there := assets.Help(lang, name)
			if !there {
				continue
			}
			title, body, _ := strings.Cut(text, "\n")
			title = strings.TrimSpace(strings.TrimPrefix(title, "#"))
			if lang == r.lang {
				e.Title = title
			} else {
				e.Names = append(e.Names, title)
			}
			e.Text += " " + body
		}
		if e.Title != "" {
			out = append(out, e)
		}
	}
	return out
}

// The ways to what was found.

func toProcedure(id string) screen.Route  { return screen.To(screen.Procedure, "id", id) }
func toRequest(id portal.ID) screen.Route { return screen.To(screen.Request, "id", string(id)) }
func toMe() screen.Route                  { return screen.To(screen.Details) }
func toChild(id portal.ID) screen.Route   { return screen.To(screen.Agenda, "child", string(id)) }
func toText(id portal.ID) screen.Route    { return screen.To(screen.Texts, "text", string(id)) }
func toQueue(request portal.ID, tab string) screen.Route {
	return screen.To(screen.Queue, "request", string(request), "tab", tab)
}

func toCounts(site portal.ID, day portal.Date) screen.Route {
	return screen.To(screen.StaffDay, "site", string(site), "day", string(day))
}

func toDraft(procedure string, draft portal.ID) screen.Route {
	return screen.To(screen.Fill, "id", procedure, "draft", string(draft))
}

func toDay(child, activity portal.ID, day portal.Date) screen.Route {
	return screen.To(screen.Agenda, "child", string(child), "activity", string(activity), "day", string(day))
}

func toMessage(request, message portal.ID, staff bool) screen.Route {
	if staff {
		return screen.To(screen.Queue, "request", string(request), "tab", "messages", "message", string(message))
	}
	return screen.To(screen.Exchanges, "request", string(request), "message", string(message))
}

func toDocument(d view.DocumentItem) screen.Route {
	document := ""
	if d.Document != nil {
		document = string(d.Document.ID)
	}
	return screen.To(screen.Exchanges, "tab", "documents", "kind", d.Need.Kind, "child", string(d.Need.Child), "document", document)
}
