package finding

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"parvis/desktop/find"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/task"
	"parvis/desktop/view"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// Action is something that can be done from anywhere and is no screen. Its
// words stand under finding.do.<Name>.
type Action struct {
	Name, Icon string
	// Away leaves it out, nil for never.
	Away func() bool
	Do   func()
}

// Options of a Finder.
type Options struct {
	Session *session.Session
	Scope   *task.Scope // of the window
	Dialogs *kit.Dialogs
	Go      func(screen.Route)
	// Help shows the help of a screen beside it.
	Help    func(screen.Route)
	Actions []Action
}

// Finder knows what can be found, in memory only. Its methods are called on
// the window's goroutine.
type Finder struct {
	o       Options
	view    *view.View
	lang    string
	sources []source
	parts   []*find.Part // of each source; nil before it was read
	wanted  []int        // how often each has changed
	have    []int        // up to which change it was read
	begun   bool         // something was read
	end     []func()
	palette *kit.Palette
	recent  []string // where one was led lately, the newest first
}

// New makes one that knows nothing yet.
func New(o Options) *Finder { return &Finder{o: o} }

// Forget leaves nothing of what somebody had, or looked for.
func (f *Finder) Forget() {
	for _, end := range f.end {
		end()
	}
	if f.palette != nil && f.palette.Shown() {
		f.palette.Close()
	}
	*f = Finder{o: f.o}
}

// Knows tells whether anything of anybody is held.
func (f *Finder) Knows() bool { return f.view != nil || f.palette != nil }

// Toggle opens the search, or puts it away.
func (f *Finder) Toggle() {
	if f.palette != nil && f.palette.Shown() {
		f.palette.Close()
		return
	}
	f.follow()
	f.refresh()
	f.palette = f.o.Dialogs.Palette(i18n.T("finding.title", nil), i18n.T("finding.hint", nil), f.ask)
}

// Visited remembers a place for the next time nothing is typed yet.
func (f *Finder) Visited(r screen.Route) {
	to := r.String()
	f.recent = slices.DeleteFunc(f.recent, func(have string) bool { return have == to })
	f.recent = append([]string{to}, f.recent...)
	f.recent = f.recent[:min(len(f.recent), recentKept)]
}

// follow reads the view of whoever is here now, in the language in force.
func (f *Finder) follow() {
	v := f.o.Session.View()
	if f.view == v && f.lang == i18n.Language() {
		return
	}
	recent := f.recent
	if f.view != v && f.view != nil {
		recent = nil // another person's
	}
	for _, end := range f.end {
		end()
	}
	*f = Finder{o: f.o, view: v, lang: i18n.Language(), recent: recent}
	who, in := f.o.Session.Person()
	f.sources = sourcesFor(in, who.Agent)
	f.parts, f.wanted, f.have = make([]*find.Part, len(f.sources)), make([]int, len(f.sources)), make([]int, len(f.sources))
	for i, s := range f.sources {
		f.wanted[i] = 1
		if len(s.topics) > 0 {
			f.end = append(f.end, v.Subscribe(func(view.Notice) {
				f.wanted[i]++
				if f.palette != nil && f.palette.Shown() {
					f.refresh()
				}
			}, s.topics...))
		}
	}
}

// refresh reads anew what has changed, off the window's goroutine.
func (f *Finder) refresh() {
	who, in := f.o.Session.Person()
	r := &reader{v: f.view, lang: f.lang, in: in, staff: who.Agent}
	for _, a := range f.o.Actions {
		if a.Away == nil || !a.Away() {
			r.actions = append(r.actions, a)
		}
	}
	work, upTo := map[int]source{}, slices.Clone(f.wanted)
	for i, s := range f.sources {
		if f.have[i] < f.wanted[i] || s.always {
			work[i] = s
		}
	}
	if len(work) == 0 {
		return
	}
	of := f.view
	task.Run(f.o.Scope, "finding", func(ctx context.Context) (map[int]*find.Part, error) {
		out := map[int]*find.Part{}
		for i, s := range work {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			out[i] = find.New(s.kind, s.boost, s.read(r))
		}
		return out, nil
	}, func(read map[int]*find.Part, err error) {
		if err != nil || f.view != of {
			return
		}
		for i, p := range read {
			f.parts[i], f.have[i] = p, upTo[i]
		}
		f.begun = true
		if f.palette != nil && f.palette.Shown() {
			f.palette.Again()
		}
	})
}

// What a search shows at most.
const (
	recentKept  = 12
	recentShown = 4
	perKind     = 6
	inAll       = 24
)

// ask is what the palette shows for what is typed.
func (f *Finder) ask(text string) kit.Found {
	parts := f.ready()
	if strings.TrimSpace(text) == "" {
		return kit.Found{Note: i18n.T(f.of("finding.lead"), nil), Groups: f.suggestions()}
	}
	q := find.Read(text)
	v := f.view
	groups, told := f.days(text)
	hits := slices.DeleteFunc(find.Search(q, v.Now(), parts...), func(h find.Hit) bool { return slices.Contains(told, h.To) })
	shown := map[string]int{}
	var order []string
	by := map[string][]kit.Find{}
	left := inAll
	for _, h := range hits {
		if left == 0 {
			break
		}
		if shown[h.Kind] == perKind {
			continue
		}
		if shown[h.Kind] == 0 {
			order = append(order, h.Kind)
		}
		shown[h.Kind]++
		left--
		by[h.Kind] = append(by[h.Kind], f.shows(h.Kind, *h.Entry, q))
	}
	for _, kind := range order {
		groups = append(groups, kit.FindGroup{Icon: kindIcon(kind), Label: i18n.T("finding.kind."+kind, nil), Finds: by[kind]})
	}
	town := f.town(text)
	switch {
	case len(groups) > 0:
		groups = append(groups, town...)
		n := len(hits)
		if n == 0 {
			return kit.Found{Groups: groups}
		}
		note := i18n.T("finding.count", map[string]any{"Count": n})
		if n > inAll-left {
			note = i18n.T("finding.more", map[string]any{"Count": n, "Shown": i18n.Number(int64(inAll - left))})
		}
		return kit.Found{Note: note, Groups: groups}
	case !f.begun:
		return kit.Found{Note: i18n.T("finding.reading", nil)}
	}
	return kit.Found{Lost: true, Note: i18n.T(f.of("finding.none"), map[string]any{"Text": short(words.Tidy(text))}), Groups: append(town, f.instead()...)}
}

// town leads an agent on to the search over all families, which the town hall
// does: an agent's computer holds the queues and the files that are open.
func (f *Finder) town(text string) []kit.FindGroup {
	text = words.Tidy(text)
	if who, in := f.o.Session.Person(); !in || !who.Agent || utf8.RuneCountInString(text) < wire.ShortestTownQuery || len(words.Split(text)) == 0 {
		return nil
	}
	return []kit.FindGroup{{Icon: "users", Label: i18n.T("finding.town.label", nil), Finds: []kit.Find{{
		Icon: "magnifying-glass", Title: i18n.T("finding.town.title", map[string]any{"Text": short(text)}), Detail: i18n.T("finding.town.text", nil),
		Do: func() { f.o.Go(screen.To(screen.Town, "text", text)) },
	}}}}
}

// of is the key of a sentence for whoever is here.
func (f *Finder) of(key string) string {
	switch who, in := f.o.Session.Person(); {
	case !in:
		return key + "Visitor"
	case who.Agent:
		return key + "Staff"
	}
	return key
}

// short keeps what is repeated of a query within a line.
func short(text string) string {
	if letters := []rune(text); len(letters) > 40 {
		return string(letters[:39]) + "…"
	}
	return text
}

// ready is the parts that were read.
func (f *Finder) ready() []*find.Part {
	var out []*find.Part
	for _, p := range f.parts {
		if p != nil {
			out = append(out, p)
		}
	}
	return out
}

// shows is an entry as the palette shows it; of a message the words around
// those that were found.
func (f *Finder) shows(kind string, e find.Entry, q find.Query) kit.Find {
	out := kit.Find{Icon: e.Icon, Title: e.Title, Detail: e.Detail, Do: func() { f.lead(e.To) }}
	if out.Icon == "" {
		out.Icon = kindIcon(kind)
	}
	if kind == kindMessage {
		out.Detail = find.Excerpt(e.Text, q, 90)
	}
	return out
}

// The addresses of what is no screen.
const (
	doPrefix   = "do:"
	helpPrefix = "help:"
)

// lead goes where an entry leads.
func (f *Finder) lead(to string) {
	if name, is := strings.CutPrefix(to, doPrefix); is {
		for _, a := range f.o.Actions {
			if a.Name == name {
				a.Do()
				return
			}
		}
		return
	}
	if name, is := strings.CutPrefix(to, helpPrefix); is {
		f.o.Help(screen.To(name))
		return
	}
	f.o.Go(screen.Parse(to))
}

// suggestions are where one was lately, and what is done most.
func (f *Finder) suggestions() []kit.FindGroup {
	var groups []kit.FindGroup
	var recent []kit.Find
	for _, to := range f.recent {
		for _, p := range f.ready() {
			if e, there := p.Entry(to); there && p.Kind != kindGo && len(recent) < recentShown {
				recent = append(recent, f.shows(p.Kind, e, find.Query{}))
				break
			}
		}
	}
	if len(recent) > 0 {
		groups = append(groups, kit.FindGroup{Icon: "clock-counter-clockwise", Label: i18n.T("finding.recent", nil), Finds: recent})
	}
	if usual := f.usual(); len(usual) > 0 {
		groups = append(groups, kit.FindGroup{Icon: "star", Label: i18n.T("finding.usual", nil), Finds: usual})
	}
	return groups
}

// usual is what is done most, of what there is.
func (f *Finder) usual() []kit.Find {
	var out []kit.Find
	for _, p := range f.ready() {
		if p.Kind != kindGo && p.Kind != kindDo {
			continue
		}
		for _, to := range usual {
			if e, there := p.Entry(to.String()); there {
				out = append(out, f.shows(p.Kind, e, find.Query{}))
			}
		}
	}
	return out
}

// instead is what to do where nothing was found.
func (f *Finder) instead() []kit.FindGroup {
	var finds []kit.Find
	for _, p := range f.ready() {
		for _, to := range insteads {
			if e, there := p.Entry(to.String()); there && p.Kind == kindGo {
				finds = append(finds, f.shows(p.Kind, e, find.Query{}))
			}
		}
	}
	if len(finds) == 0 {
		return nil
	}
	return []kit.FindGroup{{Icon: "signpost", Label: i18n.T("finding.instead", nil), Finds: finds}}
}
