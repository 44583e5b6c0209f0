package finding

import (
	"strings"

	"parvis/desktop/find"
	"parvis/desktop/i18n"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// The kinds of things; their names stand under finding.kind.
const (
	kindGo        = "go" // a screen
	kindDo        = "do" // an action
	kindRequest   = "request"
	kindQueue     = "queue" // a request at a desk
	kindDocument  = "document"
	kindMessage   = "message"
	kindDay       = "day"
	kindPerson    = "person"
	kindFamily    = "family" // whose file is open
	kindProcedure = "procedure"
	kindText      = "text"
	kindSite      = "site"
	kindHelp      = "help"
)

func kindIcon(kind string) string {
	return map[string]string{
		kindGo: "signpost", kindDo: "sliders", kindRequest: "list-checks", kindQueue: "list-checks", kindDocument: "file-text", kindMessage: "chats",
		kindDay: "calendar", kindPerson: "user", kindFamily: "users", kindProcedure: "files", kindText: "note-pencil", kindSite: "fork-knife", kindHelp: "question",
	}[kind]
}

// source is where entries of one kind come from.
type source struct {
	kind  string
	boost int
	// topics are those on which the entries depend; always says that something
	// else does, and that they are few.
	topics []view.Topic
	always bool
	read   func(*reader) []find.Entry
}

// reader is what the entries are made of. It is used off the window's
// goroutine, and reads the view only.
type reader struct {
	v         *view.View
	lang      string
	in, staff bool
	actions   []Action
}

func on(collections ...string) []view.Topic {
	var out []view.Topic
	for _, c := range collections {
		out = append(out, view.Topic{Collection: c})
	}
	return out
}

// sourcesFor is what somebody finds: a visitor, a family, an agent. Whatever a
// module has to be found is a line here.
func sourcesFor(in, staff bool) []source {
	out := []source{
		{kind: kindGo, boost: 60, always: true, read: places},
		{kind: kindDo, boost: 40, always: true, read: actions},
		{kind: kindProcedure, boost: 30, topics: on(wire.Procedures), read: procedures},
		{kind: kindHelp, boost: -700, always: true, read: helps}, // even one of that very name comes after the screen itself
	}
	switch {
	case staff:
		out = append(out,
			source{kind: kindQueue, boost: 50, topics: on(wire.Queue, wire.Procedures), read: queue},
			source{kind: kindFamily, boost: 50, topics: on(wire.Requests, wire.Children, wire.Accounts, view.FileTopic), read: families},
			source{kind: kindMessage, boost: 40, topics: on(wire.Messages, wire.Requests, view.FileTopic), read: messages},
			source{kind: kindText, boost: 10, topics: on(wire.Texts), read: texts},
			source{kind: kindSite, boost: 20, topics: on(wire.Sites, wire.Accounts), read: sites})
	case in:
		out = append(out,
			source{kind: kindRequest, boost: 50, topics: on(wire.Requests, wire.Procedures, wire.Drafts, view.OutboxTopic), read: ownRequests},
			source{kind: kindDocument, boost: 20, topics: on(wire.Documents, wire.DocumentKinds, wire.Requests, wire.Children), read: documents},
			source{kind: kindMessage, boost: 40, topics: on(wire.Messages, wire.Requests), read: messages},
			source{kind: kindDay, boost: 10, topics: on(wire.Bookings, wire.Children, wire.Activities), read: days},
			source{kind: kindPerson, boost: 50, topics: on(wire.Accounts, wire.Children, wire.Sites), read: people})
	}
	return out
}

// both is a text of the translations in the language in force, and in the
// other.
func (r *reader) both(key string) (title, other string) {
	title = i18n.In(r.lang, key, nil)
	for _, l := range i18n.Languages() {
		if l != r.lang {
			other = i18n.In(l, key, nil)
		}
	}
	return title, other
}

// all is a text of the translations in both languages.
func (r *reader) all(key string) string {
	title, other := r.both(key)
	return title + " " + other
}

// title is what a procedure is called, in the language in force and in the
// other.
func (r *reader) title(id string) (title, other string) {
	p, known := r.v.Procedure(id)
	if !known {
		return i18n.In(r.lang, "exchanges.untitled", nil), ""
	}
	return p.Title.In(r.lang), p.Title.FR + " " + p.Title.EN
}

// numbers is a reference as it is typed: whole, and by its last figures.
func numbers(reference string) string {
	if i := strings.LastIndexByte(reference, '-'); i >= 0 {
		return reference + " " + strings.TrimLeft(reference[i+1:], "0")
	}
	return reference
}

func actions(r *reader) []find.Entry {
	var out []find.Entry
	for _, a := range r.actions {
		key := "finding.do." + a.Name
		title, other := r.both(key + ".title")
		out = append(out, find.Entry{To: doPrefix + a.Name, Icon: a.Icon, Title: title, Names: []string{other, r.all(key + ".words")}})
	}
	return out
}

func procedures(r *reader) []find.Entry {
	var out []find.Entry
	for _, p := range r.v.Procedures() {
		out = append(out, find.Entry{
			To: toProcedure(p.ID).String(), Title: p.Title.In(r.lang), Detail: p.Summary.In(r.lang),
			Names: append([]string{p.Title.FR, p.Title.EN}, p.Synonyms...), Words: []string{p.Summary.FR, p.Summary.EN},
			Text: p.Explanation.FR + " " + p.Explanation.EN,
		})
	}
	return out
}

// state is the word for a state of a request, and the word in both languages.
func (r *reader) state(state string) (word, words string) {
	return i18n.In(r.lang, "state."+state, nil), r.all("state." + state)
}

func ownRequests(r *reader) []find.Entry {
	var out []find.Entry
	for _, q := range r.v.Requests() {
		title, names := r.title(q.Procedure)
		state, words := r.state(q.State)
		out = append(out, find.Entry{
			To: toRequest(q.ID).String(), Title: title, Detail: i18n.Joined(q.Person, q.Reference, state),
			Names: []string{names}, Words: []string{q.Person, numbers(q.Reference), words}, At: latest(q.Request),
		})
	}
	draft, words := r.state(string(requests.Draft))
	for _, d := range r.v.Drafts() {
		title, names := r.title(d.Procedure)
		out = append(out, find.Entry{To: toDraft(d.Procedure, d.ID).String(), Icon: "note-pencil", Title: title, Detail: draft, Names: []string{names}, Words: []string{words}, At: d.Latest()})
	}
	return out
}

// latest is when something last happened to a request.
func latest(q wire.Request) int64 {
	at := q.Submitted
	for _, e := range q.Timeline {
		at = max(at, e.At)
	}
	return at
}

func documents(r *reader) []find.Entry {
	var out []find.Entry
	g := r.v.Documents()
	for _, items := range [][]view.DocumentItem{g.ToGive, g.ToCheck, g.Valid, g.Expired} {
		for _, d := range items {
			key := "documents.status." + string(d.Status)
			e := find.Entry{
				To: toDocument(d).String(), Title: d.Kind.Label.In(r.lang), Names: []string{d.Kind.Label.FR + " " + d.Kind.Label.EN}, Words: []string{r.all(key), r.all("finding.document")},
			}
			child, linked := r.v.Child(d.Child)
			name := ""
			if d.Document != nil {
				name, e.At = d.Document.Name, d.Document.Sent
				e.Words = append(e.Words, name)
			}
			if linked {
				e.Detail = i18n.Joined(child.FirstName, i18n.In(r.lang, key, nil), name)
			} else {
				e.Detail = i18n.Joined(i18n.In(r.lang, key, nil), name)
			}
			out = append(out, e)
		}
	}
	return out
}

// messages are those that were exchanged: a family's own, or those of the
// files that an agent has open.
func messages(r *reader) []find.Entry {
	var about []view.Request
	if r.staff {
		for _, o := range r.v.OpenFiles() {
			f, _ := r.v.File(o.Account, o.Desk)
			about = append(about, f.Requests...)
		}
	} else {
		for _, t := range r.v.Threads() {
			about = append(about, t.Request)
		}
	}
	var out []find.Entry
	for _, q := range about {
		title, names := r.title(q.Procedure)
		for _, m := range r.v.Messages(q.ID) {
			out = append(out, find.Entry{
				To: toMessage(q.ID, m.ID, r.staff).String(), Title: i18n.Joined(q.Person, title), Of: true, Detail: i18n.Joined(names, m.By, numbers(q.Reference)), Text: m.Text, At: m.At,
			})
		}
	}
	return out
}

func people(r *reader) []find.Entry {
	var out []find.Entry
	if me, known := r.v.Me(); known {
		title, words := r.both("finding.me")
		out = append(out, find.Entry{To: toMe().String(), Title: me.FirstName + " " + me.LastName, Detail: title, Words: []string{words}})
	}
	sites := r.sites()
	for _, c := range r.v.Seen() {
		out = append(out, find.Entry{
			To: toChild(c.ID).String(), Icon: "student", Title: c.FirstName + " " + c.LastName,
			Detail: i18n.Joined(i18n.In(r.lang, "finding.child", nil), sites[c.Site]), Words: []string{r.all("finding.child")},
		})
	}
	return out
}

func (r *reader) sites() map[portal.ID]string {
	out := map[portal.ID]string{}
	for _, s := range r.v.Sites() {
		out[s.ID] = s.Name
	}
	return out
}

func queue(r *reader) []find.Entry {
	var out []find.Entry
	for _, q := range r.v.Queue("", view.QueueFilter{}, view.ByNewest) {
		title, names := r.title(q.Procedure)
		state := "staff.state." + q.State
		out = append(out, find.Entry{
			To: toQueue(q.ID, "").String(), Title: q.Person, Detail: i18n.Joined(title, q.Reference, i18n.In(r.lang, state, nil)),
			Names: []string{names}, Words: []string{numbers(q.Reference), r.all(state), q.AgentName}, At: q.Submitted,
		})
	}
	return out
}

// families are those whose file is open at one of this agent's desks.
func families(r *reader) []find.Entry {
	var out []find.Entry
	for _, o := range r.v.OpenFiles() {
		f, open := r.v.File(o.Account, o.Desk)
		if !open || len(f.Requests) == 0 {
			continue
		}
		var children []string
		for _, c := range f.Children {
			children = append(children, c.FirstName+" "+c.LastName)
		}
		out = append(out, find.Entry{
			To: toQueue(f.Requests[0].ID, "").String(), Title: f.Account.FirstName + " " + f.Account.LastName,
			Detail: i18n.Joined(i18n.In(r.lang, "finding.file", nil), strings.Join(children, ", ")), Words: []string{f.Account.Login, r.all("finding.file")}, At: latest(f.Requests[0].Request),
		})
	}
	return out
}

func texts(r *reader) []find.Entry {
	var out []find.Entry
	for _, t := range r.v.Texts("") {
		out = append(out, find.Entry{To: toText(t.ID).String(), Title: t.Title, Detail: i18n.In(r.lang, "finding.kind.text", nil), Words: []string{r.all("finding.kind.text")}, Text: t.Body})
	}
	return out
}

// sites are the day lists that this agent may see.
func sites(r *reader) []find.Entry {
	me, _ := r.v.Me()
	names := r.sites()
	var out []find.Entry
	for _, id := range me.Sites {
		out = append(out, find.Entry{To: toCounts(id, "").String(), Title: names[id], Detail: i18n.In(r.lang, "finding.go.counts.title", nil), Words: []string{r.all("finding.go.counts.title"), r.all("finding.go.counts.words")}})
	}
	return out
}
