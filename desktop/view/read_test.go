package view

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

func TestARequestOnItsWay(t *testing.T) {
	d := open(t)
	id := portal.NewID()
	d.do(wire.RequestSubmit, wire.SubmitRequest{Request: id, Procedure: "fiche-enfant", Version: 1, Child: lea, Answers: json.RawMessage(`{}`), Terms: true})
	got := d.Requests()
	if len(got) != 1 || got[0].State != StatePending || !got[0].Pending || got[0].Person != "Léa Roy" {
		t.Fatalf("requests: %+v", got)
	}
	row := wire.Request{ID: id, Reference: "R-1", State: string(requests.Submitted), Submitted: 5}
	d.get(d.row(mine, wire.Requests, id, row)) // before its verdict
	if got := d.Requests(); len(got) != 1 || got[0].Pending || got[0].Reference != "R-1" {
		t.Fatalf("requests: %+v", got)
	}
	d.decided(d.row(mine, wire.Requests, "older", wire.Request{ID: "older", Submitted: 3}))
	if got := d.Requests(); len(got) != 2 || got[0].ID != id {
		t.Errorf("requests: %+v", got)
	}
	if r, ok := d.Request(id); !ok || r.Reference != "R-1" {
		t.Errorf("request: %+v", r)
	}
	if _, ok := d.Request("nobody's"); ok {
		t.Error("a request out of nothing")
	}
}

// agents is a desk with a queue of three and one open file.
func agents(t *testing.T) *desk {
	d := open(t)
	queue, file := wire.DeskFeed("scolaire"), wire.FileFeed("scolaire", "famille")
	item := func(id portal.ID, person, state string, at int64) wire.Change {
		return d.row(queue, wire.Queue, id, wire.QueueItem{ID: id, Account: "famille", Desk: "scolaire", Procedure: "fiche-enfant", Person: person, State: state, Submitted: at, Reference: "R-" + string(id)})
	}
	d.get(item("a", "Chloé Été", "submitted", 2), item("b", "Bruno Ba", "in_review", 1), item("c", "Anaïs Çan", "submitted", 3),
		d.row(file, wire.Accounts, "famille", wire.Account{ID: "famille", LastName: "Été"}),
		d.row(file, wire.Requests, "a", wire.Request{ID: "a", State: "submitted"}),
		d.row(file, wire.Bookings, "x", wire.Booking{ID: "x", Day: tuesday}))
	return d
}

func ids(queue []QueueItem) (s string) {
	for _, q := range queue {
		s += string(q.ID)
	}
	return s
}

func TestAQueueInItsOrders(t *testing.T) {
	d := agents(t)
	for want, got := range map[string][]QueueItem{
		"bac": d.Queue("scolaire", QueueFilter{}, ByAge),
		"cab": d.Queue("", QueueFilter{}, ByNewest),
		"cba": d.Queue("scolaire", QueueFilter{}, ByPerson),
		"ac":  d.Queue("scolaire", QueueFilter{State: "submitted"}, ByState),
		"a":   d.Queue("scolaire", QueueFilter{Text: "ete chl"}, ByProcedure),
		"b":   d.Queue("scolaire", QueueFilter{Text: "r-b"}, ByAge),
		"":    d.Queue("regie", QueueFilter{}, ByAge),
	} {
		if ids(got) != want {
			t.Errorf("%s, not %s", ids(got), want)
		}
	}
	if got := d.Queue("scolaire", QueueFilter{Mine: true}, ByAge); len(got) != 0 {
		t.Errorf("mine: %+v", got)
	}
}

func TestADecisionIsShownAtOnce(t *testing.T) {
	d := agents(t)
	take := d.do(wire.RequestTake, wire.TakeRequest{Request: "a"})
	if got := d.Queue("scolaire", QueueFilter{Mine: true}, ByAge); ids(got) != "a" || !got[0].Pending || got[0].AgentName != "Anne Roy" || got[0].State != "in_review" {
		t.Fatalf("mine: %+v", got)
	}
	d.do(wire.RequestRefuse, wire.RefuseRequest{Request: "a", Reason: "Dossier incomplet"}, take)
	r, _ := d.Request("a")
	if r.State != "refused" || r.Reason != "Dossier incomplet" || !r.Pending {
		t.Errorf("request: %+v", r)
	}
	if f, ok := d.File("famille", "scolaire"); !ok || f.Requests[0].State != "refused" || len(f.Bookings) != 1 || f.Account.LastName != "Été" {
		t.Errorf("file: %+v", f)
	}
	if q, _ := d.QueueItem("a"); q.State != "refused" {
		t.Errorf("queue: %+v", q)
	}
	if _, ok := d.File("famille", "regie"); ok {
		t.Error("another desk's file")
	}
	// It comes back done, before its verdict: nothing is in doubt.
	d.hand()
	file := wire.FileFeed("scolaire", "famille")
	d.get(d.row(file, wire.Requests, "a", wire.Request{ID: "a", State: "refused", Agent: me, Reason: "Dossier incomplet"}),
		d.gone(wire.DeskFeed("scolaire"), wire.Queue, "a"))
	if r, _ := d.Request("a"); r.State != "refused" || r.Pending || len(d.Doubts()) != 0 {
		t.Errorf("request: %+v, doubts %+v", r, d.Doubts())
	}
}

func TestAColleagueWasFaster(t *testing.T) {
	d := agents(t)
	take := d.do(wire.RequestTake, wire.TakeRequest{Request: "a"})
	d.do(wire.RequestAccept, wire.AcceptRequest{Request: "a"}, take)
	file := wire.FileFeed("scolaire", "famille")
	d.get(d.row(file, wire.Requests, "a", wire.Request{ID: "a", State: "accepted", Agent: "other", AgentName: "M. Roux"}),
		d.gone(wire.DeskFeed("scolaire"), wire.Queue, "a"))
	r, _ := d.Request("a")
	doubts := d.Doubts()
	if r.Pending || r.AgentName != "M. Roux" || len(doubts) != 2 {
		t.Fatalf("request: %+v, doubts %+v", r, doubts)
	}
	if doubts[0].Reason.Args["by"] != "M. Roux" || doubts[1].Reason.Code != portal.BlockedBy {
		t.Errorf("doubts: %+v", doubts)
	}
}

func TestHeadCounts(t *testing.T) {
	d := open(t)
	d.get(d.row(wire.SiteFeed(school), wire.HeadCounts, "n", wire.HeadCount{Activity: canteen, Site: school, Day: tuesday, Count: 41}))
	if got := d.HeadCounts(school, tuesday); len(got) != 1 || got[0].Count != 41 || len(d.HeadCounts(school, monday)) != 0 || len(d.HeadCounts("other", tuesday)) != 0 {
		t.Errorf("head counts: %+v", got)
	}
}

func TestWhatIsUnknownIsKeptAsItCame(t *testing.T) {
	d := open(t)
	d.get(d.row(mine, "wings", "w", map[string]int{"span": 2}), wire.Change{Feed: mine, Collection: wire.Children, Entity: "odd", Body: json.RawMessage(`{"id":7}`)})
	if raw, ok := d.Row("wings", "w"); !ok || string(raw) != `{"span":2}` {
		t.Errorf("row: %s", raw)
	}
	if raw, ok := d.Row(wire.Children, "odd"); !ok || string(raw) != `{"id":7}` || len(d.Children()) != 1 {
		t.Errorf("row: %s, children %v", raw, d.Children())
	}
	if raw, ok := d.Row(wire.Sites, school); !ok || len(d.Rows(wire.Sites)) != 1 {
		t.Errorf("row: %s", raw)
	}
	if _, ok := d.Row("wings", "none"); ok {
		t.Error("a row out of nothing")
	}
	// A command of a newer program waits without any effect.
	d.outbox = append(d.outbox, cache.Pending{ID: "new", Body: []byte(`{"id":"x","type":"kite.fly","version":3,"args":{}}`)})
	d.get()
	if len(d.Waiting()) != 1 || len(d.Doubts()) != 0 {
		t.Errorf("waiting %v, doubts %v", d.Waiting(), d.Doubts())
	}
}

func TestPresenceEndsByItself(t *testing.T) {
	d := open(t)
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{PresenceTopic, "a"})
	d.SetPresence("a", []string{"Mme Roy"})
	d.SetPresence("b", []string{"Mme Roy"})
	d.drain()
	if got := d.Presence("a"); len(got) != 1 || told != 1 {
		t.Errorf("present: %v, told %d", got, told)
	}
	d.now = d.now.Add(PresenceLasts)
	if got := d.Presence("a"); got != nil {
		t.Errorf("present: %v", got)
	}
	d.SetPresence("b", nil)
	if got := d.Presence("b"); got != nil {
		t.Errorf("present: %v", got)
	}
}

func TestOrders(t *testing.T) {
	d := open(t)
	d.get(d.row(mine, wire.Children, "elder", wire.Child{ID: "elder", BirthDate: "2015-01-01"}))
	if c := d.Children(); len(c) != 2 || c[0].ID != "elder" {
		t.Errorf("children: %+v", c)
	}
	if e := d.Enrolments(lea); len(e) != 1 || len(d.Enrolments("elder")) != 0 {
		t.Errorf("enrolments: %+v", e)
	}
	if m, ok := d.Me(); !ok || m.FirstName != "Anne" {
		t.Errorf("me: %+v", m)
	}
	if c, ok := d.Child(lea); !ok || c.FirstName != "Léa" {
		t.Errorf("child: %+v", c)
	}
	if tn, ok := d.Town(); !ok || tn.Name != "Saint-Aubin" {
		t.Errorf("town: %+v", tn)
	}
	if c, ok := d.Calendar(); !ok || len(c.School) != 1 {
		t.Errorf("calendar: %+v", c)
	}
	if len(d.Activities()) != 1 || len(d.Tariffs()) != 1 || len(d.Closures()) != 0 || len(d.Balances()) != 1 || len(d.Sites()) != 1 {
		t.Error("town collections")
	}
	if d.Today() != monday || !d.Now().Equal(d.now) {
		t.Errorf("today is %s", d.Today())
	}
	if _, ok := New("", func() time.Time { return d.now }, func(func()) {}).Town(); ok {
		t.Error("a town out of nothing")
	}
}

// É stands beside E, not after Z.
func TestActivitiesStandAsInADictionary(t *testing.T) {
	d := open(t)
	var rows []wire.Change
	for _, name := range []string{"Zumba", "Étude surveillée", "Échecs", "Danse"} {
		id := portal.ID("x-" + name)
		rows = append(rows, d.row(wire.TownFeed, wire.Activities, id, bookings.Activity{ID: id, Name: bookings.Names{"fr": name}}))
	}
	d.get(rows...)
	var got []string
	for _, a := range d.Activities() {
		if strings.HasPrefix(string(a.ID), "x-") {
			got = append(got, a.Name.In("fr"))
		}
	}
	if want := []string{"Danse", "Échecs", "Étude surveillée", "Zumba"}; !slices.Equal(got, want) {
		t.Errorf("they stand as %v", got)
	}
}
