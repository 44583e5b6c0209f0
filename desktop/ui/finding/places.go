package finding

import (
	"slices"
	"strings"

	"parvis/assets"
	"parvis/desktop/find"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/accounts"
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
// finding.go.<name>, and what the rail calls it.
type place struct {
	name, icon string
	to         screen.Route
	whose      whose
	only       func(v *view.View) bool // nil for all of them
}

// Some parts are for the agents of a desk, as in the rail.
func atChildhood(v *view.View) bool {
	me, _ := v.Me()
	return slices.Contains(me.Desks, string(accounts.Childhood))
}

func receives(v *view.View) bool { return len(v.Services()) > 0 }

func hasTill(v *view.View) bool { return len(v.Tills()) > 0 }

func hasSites(v *view.View) bool {
	me, _ := v.Me()
	return len(me.Sites) > 0
}

var allPlaces = []place{
	{"home", "house", screen.To(screen.Home), everybody, nil},
	{"queue", "list-checks", screen.To(screen.Queue), agent, nil},
	{"town", "magnifying-glass", screen.To(screen.Town), agent, nil},
	{"book", "calendar", screen.To(screen.Agenda), family, nil},
	{"group", "calendar-check", screen.To(screen.Grouped), family, nil},
	{"waiting", "hourglass", screen.To(screen.Waiting), family, nil},
	{"absence", "first-aid", screen.To(screen.Absent), family, nil},
	{"takeout", "printer", screen.To(screen.TakeOut), family, nil},
	{"requests", "list-checks", screen.To(screen.Requests), family, nil},
	{"ask", "files", screen.To(screen.Procedures), everybody, nil},
	{"write", "chats", screen.To(screen.Exchanges, "tab", "messages"), family, nil},
	{"document", "upload-simple", screen.To(screen.Exchanges, "tab", "documents"), family, nil},
	{"texts", "note-pencil", screen.To(screen.Texts), agent, nil},
	{"visits", "calendar-check", screen.To(screen.DeskDays), agent, receives},
	{"quotes", "coins", screen.To(screen.StaffQuotes), agent, atChildhood},
	{"absences", "first-aid", screen.To(screen.Absences), agent, atChildhood},
	{"closures", "lock", screen.To(screen.Closures), agent, atChildhood},
	{"staffOpenings", "clock-countdown", screen.To(screen.StaffOpenings), agent, atChildhood},
	{"menus", "cooking-pot", screen.To(screen.Menus), agent, atChildhood},
	{"till", "wallet", screen.To(screen.Till), agent, hasTill},
	{"counts", "fork-knife", screen.To(screen.StaffDay), agent, hasSites},
	{"notices", "bell", screen.To(screen.Notices), person, nil},
	{"noticeWays", "bell", screen.To(screen.NoticeWays), person, nil},
	{"profile", "user-circle", screen.To(screen.Profile), person, nil},
	{"address", "map-pin", screen.To(screen.Change, "part", "address"), family, nil},
	{"phones", "phone", screen.To(screen.Change, "part", "phones"), family, nil},
	{"mail", "envelope-simple", screen.To(screen.Change, "part", "mail"), family, nil},
	{"password", "key", screen.To(screen.Change, "part", "password"), person, nil},
	{"devices", "desktop", screen.To(screen.Devices), person, nil},
	{"data", "download-simple", screen.To(screen.MyData), family, nil},
	{"close", "x-circle", screen.To(screen.CloseAccount), family, nil},
	{"signIn", "sign-in", screen.To(screen.SignIn), visitor, nil},
	{"register", "user-plus", screen.To(screen.Register), visitor, nil},
	{"lost", "key", screen.To(screen.Lost), visitor, nil},
	{"code", "hash", screen.To(screen.WindowCode), visitor, nil},
}

// usual are what is suggested before anything is typed, insteads where nothing
// was found.
var (
	usual = []screen.Route{
		screen.To(screen.Agenda), screen.To(screen.Exchanges, "tab", "documents"), screen.To(screen.Exchanges, "tab", "messages"), screen.To(screen.Requests),
		screen.To(screen.Queue), screen.To(screen.DeskDays), screen.To(screen.StaffQuotes), screen.To(screen.Till), screen.To(screen.StaffDay), screen.To(screen.Texts),
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

// rail is what it calls the places that are called otherwise here.
var rail = map[string]string{"book": "app.rail.agenda", "write": "app.rail.exchanges"}

func places(r *reader) []find.Entry {
	var out []find.Entry
	for _, p := range allPlaces {
		if p.whose&r.who() == 0 || p.only != nil && !p.only(r.v) {
			continue
		}
		key := "finding.go." + p.name
		title, other := r.both(key + ".title")
		names := []string{other, r.all(key + ".words")}
		if called := rail[p.name]; called != "" {
			here, there := r.both(called)
			names = append(names, here, there)
		}
		out = append(out, find.Entry{To: p.to.String(), Icon: p.icon, Title: title, Detail: i18n.In(r.lang, key+".text", nil), Names: names})
	}
	return out
}

// helped are the screens whose help may be opened from anywhere.
var helped = map[whose][]string{
	visitor: {screen.Home, screen.Procedures, screen.SignIn, screen.Register, screen.Lost},
	family: {screen.Home, screen.Agenda, screen.Grouped, screen.Waiting, screen.Absent, screen.TakeOut, screen.Requests, screen.Exchanges, screen.Procedures, screen.Notices, screen.NoticeWays,
		screen.Relations, screen.Invite, screen.SendProof, screen.Quotient, screen.Payments, screen.Statement, screen.Appointment, screen.Profile, screen.Devices, screen.MyData},
	agent: {screen.Home, screen.Queue, screen.Town, screen.Till, screen.Absences, screen.Closures, screen.CloseDays, screen.StaffDay, screen.Texts, screen.Procedures, screen.Notices, screen.NoticeWays, screen.Profile},
}

func helps(r *reader) []find.Entry {
	read := assets.Help
	if r.staff {
		read = assets.AgentHelp
	}
	var out []find.Entry
	for _, name := range helped[r.who()] {
		e := find.Entry{To: helpPrefix + name, Detail: i18n.In(r.lang, "finding.kind.help", nil), Words: []string{r.all("finding.kind.help")}}
		for _, lang := range i18n.Languages() {
			text, there := read(lang, name)
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
