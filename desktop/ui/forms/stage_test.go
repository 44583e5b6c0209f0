package forms

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"parvis/assets/catalogue"
	"parvis/desktop/cache"
	"parvis/desktop/print"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/desktop/view"
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// The family of the tests: Anne Roy with one linked child, on Monday 23
// November 2026 at 10:42.
var (
	me    = portal.NewID()
	lea   = portal.NewID()
	ferry = portal.NewID()
	till  = portal.NewID()
	now   = portal.Date("2026-11-23").At(10, 42)
)

func change(feed, collection string, id portal.ID, body any) wire.Change {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return wire.Change{Feed: feed, Collection: collection, Entity: id, Seq: 1, Body: raw}
}

func townRows() []wire.Change {
	rows := []wire.Change{
		change(wire.TownFeed, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin-sur-Vesle", Phone: "03 81 00 00 00",
			Address: "1 place de la Mairie\n25320 Saint-Aubin-sur-Vesle", Hours: "Du lundi au vendredi, de 8 h 30 à 12 h et de 14 h à 17 h"}),
		change(wire.TownFeed, wire.Sites, ferry, bookings.Site{ID: ferry, Name: "Jules-Ferry", Kind: "school"}),
		change(wire.TownFeed, wire.Sites, till, bookings.Site{ID: till, Name: "Les Tilleuls", Kind: "school"}),
	}
	for _, k := range common().DocumentKinds {
		rows = append(rows, change(wire.TownFeed, wire.DocumentKinds, portal.ID(k.ID), k))
	}
	files, err := catalogue.Files()
	if err != nil {
		panic(err)
	}
	for id, data := range files {
		rows = append(rows, wire.Change{Feed: wire.TownFeed, Collection: wire.Procedures, Entity: portal.ID(id), Seq: 1, Body: data})
	}
	return rows
}

func familyRows() []wire.Change {
	mine := wire.AccountFeed(me)
	return []wire.Change{
		change(mine, wire.Accounts, me, wire.Account{ID: me, Kind: wire.Family, FirstName: "Anne", LastName: "Roy", Mail: "anne.roy@exemple.fr", Mobile: "+33612345678"}),
		change(mine, wire.Children, lea, wire.Child{ID: lea, FirstName: "Léa", LastName: "Roy", BirthDate: "2018-03-12", Site: ferry, Class: "ce2", Diet: "vegetarian"}),
	}
}

// desk is a session without a town hall: it keeps and submits into memory.
type desk struct {
	*screentest.Proofs
	view   *view.View
	things map[string]json.RawMessage
	person *session.Person
	full   bool // the disk
	keeps  int
	sent   []wire.SubmitRequest
	did    []any // the arguments of all that was submitted
	notes  []cache.Note
	outbox []cache.Pending
	refuse []cache.Refusal
	read   []portal.ID
}

func (d *desk) Person() (session.Person, bool) {
	if d.person == nil {
		return session.Person{}, false
	}
	return *d.person, true
}

func (d *desk) Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error) {
	if d.full {
		return "", errors.New("no room")
	}
	id := portal.NewID()
	body, err := wire.NewCommand(id, kind, args, needs...)
	if err != nil {
		return "", err
	}
	if a, ok := args.(wire.SubmitRequest); ok {
		d.sent = append(d.sent, a)
	}
	d.did = append(d.did, args)
	d.notes = append(d.notes, note)
	d.outbox = append(d.outbox, cache.Pending{ID: id, Body: body, Note: note, At: now})
	d.apply()
	return id, nil
}

func (d *desk) apply(changes ...wire.Change) {
	d.view.Apply(cache.Applied{Changes: changes}, d.outbox, d.refuse)
}

func (d *desk) Undo(id portal.ID) error {
	at := slices.IndexFunc(d.outbox, func(p cache.Pending) bool { return p.ID == id && p.Number == 0 })
	if at < 0 {
		return errors.New("it has left")
	}
	d.outbox = slices.Delete(slices.Clone(d.outbox), at, at+1)
	d.apply()
	return nil
}

func (d *desk) MarkRead(id portal.ID) error {
	d.read = append(d.read, id)
	d.refuse = nil
	d.apply()
	return nil
}

func (d *desk) Keep(kind, key string, thing any) error {
	if d.full {
		return errors.New("no room")
	}
	d.keeps++
	if thing == nil {
		delete(d.things, kind+"/"+key)
		return nil
	}
	raw, err := json.Marshal(thing)
	d.things[kind+"/"+key] = raw
	return err
}

func (d *desk) Kept(kind, key string, thing any) bool {
	raw, ok := d.things[kind+"/"+key]
	return ok && json.Unmarshal(raw, thing) == nil
}

func (d *desk) KeptKeys(kind string) []string {
	var keys []string
	for k := range d.things {
		if rest, ok := strings.CutPrefix(k, kind+"/"); ok {
			keys = append(keys, rest)
		}
	}
	return keys
}

// stage is a window with the screens in it, going where they lead.
type stage struct {
	t      *testing.T
	desk   *desk
	queue  *task.Queue
	runner *task.Runner
	window fyne.Window
	size   fyne.Size
	ctx    *screen.Context
	at     screen.Route
	behind []screen.Route
	after  screen.Route
	shown  screen.Screen
	prints *print.Tray
}

// open shows a route to the family, or to nobody.
func open(t *testing.T, signedIn bool, rows ...wire.Change) *stage {
	t.Helper()
	// Nothing is told while a test merely thinks.
	was := quiet
	quiet = time.Hour
	t.Cleanup(func() { quiet = was })
	s := &stage{t: t, size: kittest.Small}
	s.runner, s.queue = task.NewQueued(func(err error) { t.Error(err) })
	account := portal.ID("")
	s.desk = &desk{things: map[string]json.RawMessage{}}
	all := append(townRows(), rows...)
	if signedIn {
		account = me
		s.desk.person = &session.Person{Account: me, Name: "Anne Roy"}
		all = append(all, familyRows()...)
	}
	s.desk.view = view.New(account, func() time.Time { return now }, s.runner.Do)
	s.desk.Proofs = screentest.NewProofs(s.desk.view, s.desk.Submit, s.desk.Undo)
	s.desk.view.Replace(cache.Snapshot{Rows: all})
	s.window = kittest.Window(t, kit.Column(0), s.size)
	return s
}

func builders() map[string]func(room, screen.Route) screen.Screen {
	return map[string]func(room, screen.Route) screen.Screen{
		screen.Procedures: room.procedures, screen.Procedure: room.procedure, screen.Fill: room.fill,
		screen.Confirmed: room.confirmed, screen.Requests: room.requests, screen.Request: room.request,
		screen.Correct: room.correct,
	}
}

func (s *stage) show(r screen.Route) {
	s.t.Helper()
	if s.ctx != nil {
		s.ctx.Leave()
	}
	s.at = r
	s.ctx = &screen.Context{
		View: s.desk.view, Scope: s.runner.Scope(), Dialogs: kit.NewDialogs(s.window.Canvas()), Toasts: kit.NewToasts(nil), Window: s.window,
		Go:      func(to screen.Route) { s.behind = append(s.behind, s.at); s.show(to) },
		Replace: func(to screen.Route) { s.show(to) },
		Back: func() {
			to := screen.To(screen.Home)
			if n := len(s.behind); n > 0 {
				to, s.behind = s.behind[n-1], s.behind[:n-1]
			}
			s.show(to)
		},
		AfterSignIn: func(to screen.Route) { s.after = to },
		Browse:      func(string) {},
		Prints:      s.prints,
	}
	build := builders()[r.Name]
	if build == nil {
		s.window.SetContent(kit.Body("parvis://" + r.Name))
		return
	}
	s.shown = build(room{s.ctx, s.desk}, r)
	s.window.SetContent(s.shown.Content)
	s.window.Resize(s.size)
	kittest.Settle(s.window)
	if s.shown.Focus != nil {
		s.window.Canvas().Focus(s.shown.Focus)
	}
	s.settle()
}

// settle lets all that runs end, and what it tells be shown.
func (s *stage) settle() {
	s.queue.Settle(s.runner)
	kittest.Settle(s.window)
}

func (s *stage) press(label string) {
	s.t.Helper()
	kittest.Press(s.t, s.window, label)
	s.settle()
}

// field is the field of a question on the screen.
func (s *stage) field(label string) *kit.Field {
	s.t.Helper()
	f := kittest.Find[*kit.Field](s.window, label)
	if f == nil {
		s.t.Fatalf("no field %q; there is %q", label, kittest.Texts(s.window))
	}
	return f
}

// typeIn types into a field and leaves it.
func (s *stage) typeIn(label, text string) {
	s.t.Helper()
	s.field(label).Focus()
	kittest.Type(s.window, text)
	kittest.Key(s.window, fyne.KeyTab)
	s.settle()
}

// date types a date into its three boxes.
func (s *stage) date(label, day, month, year string) {
	s.t.Helper()
	s.field(label).Focus()
	for _, part := range []string{day, month, year} {
		kittest.Type(s.window, part)
		kittest.Key(s.window, fyne.KeyTab)
	}
	s.settle()
}

// choose chooses the nth answer of a choice by the keyboard.
func (s *stage) choose(label string, nth int) {
	s.t.Helper()
	s.field(label).Focus()
	kittest.Key(s.window, fyne.KeyHome)
	for range nth {
		kittest.Key(s.window, fyne.KeyDown)
	}
	kittest.Key(s.window, fyne.KeySpace)
	// A list that opened is closed again by choosing in it.
	for len(s.window.Canvas().Overlays().List()) > 0 {
		kittest.Key(s.window, fyne.KeyEscape)
	}
	s.settle()
}

// says tells whether a text is on the screen, whatever kind of space is in it.
func (s *stage) says(part string) bool {
	for _, text := range kittest.Texts(s.window) {
		if strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), part) {
			return true
		}
	}
	return false
}

func (s *stage) shows(parts ...string) {
	s.t.Helper()
	for _, p := range parts {
		if !s.says(p) {
			s.t.Errorf("%q is not shown; there is %q", p, kittest.Texts(s.window))
		}
	}
}

func (s *stage) hides(parts ...string) {
	s.t.Helper()
	for _, p := range parts {
		if s.says(p) {
			s.t.Errorf("%q is shown", p)
		}
	}
}

// draft is the only draft kept.
func (s *stage) draft() *Draft {
	s.t.Helper()
	all := room{s.ctx, s.desk}.kept()
	if len(all) != 1 {
		s.t.Fatalf("%d drafts are kept", len(all))
	}
	return all[0]
}

func (s *stage) fiche() *requests.Procedure {
	s.t.Helper()
	p, ok := s.desk.view.Procedure("fiche-enfant")
	if !ok {
		s.t.Fatal("no fiche enfant")
	}
	return p
}

// fill opens a form with a draft of its own, terms accepted.
func (s *stage) fill(p *requests.Procedure, answers requests.Answers, page string) *Draft {
	s.t.Helper()
	d := newDraft(portal.NewID(), p)
	d.Terms, d.Answers, d.Saved = common().Terms.Version, answers, now
	if d.Answers == nil {
		d.Answers = requests.Answers{}
	}
	if err := s.desk.Keep(draftKind, string(d.ID), d); err != nil {
		s.t.Fatal(err)
	}
	s.show(screen.To(screen.Fill, "id", p.ID, "draft", string(d.ID), "page", page))
	return d
}

// again opens the form once more with its draft as it is given: as this computer
// kept it long ago.
func (s *stage) again(d *Draft) {
	s.t.Helper()
	to := s.at
	s.show(screen.To(screen.Home))
	s.desk.outbox = nil
	s.desk.apply()
	if err := s.desk.Keep(draftKind, string(d.ID), d); err != nil {
		s.t.Fatal(err)
	}
	s.show(to)
}

// atTownHall is a procedure of the catalogue in a town that takes it only on
// its premises.
func atTownHall(id string) wire.Change {
	files, err := catalogue.Files()
	if err != nil {
		panic(err)
	}
	body := strings.Replace(string(files[id]), `"online": true`, `"online": false`, 1)
	return wire.Change{Feed: wire.TownFeed, Collection: wire.Procedures, Entity: portal.ID(id), Seq: 2, Body: json.RawMessage(body)}
}

// request is a request of the family's as the town hall has it.
func request(id portal.ID, state requests.State, answers requests.Answers) wire.Request {
	at := portal.Date("2026-11-16").At(9, 30).UnixMicro()
	return wire.Request{
		ID: id, Reference: "2026-000123", Account: me, Procedure: "fiche-enfant", Version: 1, Desk: "enfance", State: string(state),
		Child: lea, Person: "Léa Roy", Submitted: at, Answers: json.RawMessage(answers.Encode()),
		Documents: []documents.Asked{{Kind: "vaccinations"}, {Kind: "liability-insurance", Indispensable: true}},
		Timeline:  []wire.Event{{At: at, Kind: string(requests.EventSubmitted)}},
	}
}

// good is answers to the whole of a fiche enfant.
func good(child portal.ID) requests.Answers {
	return requests.Answers{
		"child": string(child), "lastName": "Roy", "firstNames": "Tom", "birthDate": "2020-05-02", "birthPlace": "Besançon",
		"school": string(ferry), "class": "cp",
		"guardians": []any{map[string]any{"lastName": "Roy", "firstName": "Anne", "relation": "mother", "phone": "+33612345678", "livesWithChild": true}},
		"diet":      "standard", "hasAllergies": true, "allergens": []any{"peanuts", "eggs"}, "hasCarePlan": false,
		"canteen": true, "emergencyConsent": true, "imageConsent": false,
	}
}
