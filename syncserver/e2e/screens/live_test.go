package screens

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// soon is how long it may take, on one machine, from a click until somebody
// else can read what it did. It is the median that is held to it: how long the
// slowest takes is this machine's business, and is printed.
const soon = 200 * time.Millisecond

func judge(t *testing.T, what string, took []time.Duration) {
	t.Helper()
	slices.Sort(took)
	p50, p99 := took[len(took)/2], took[len(took)*99/100]
	t.Logf("%s: %d times, p50 %s, p99 %s", what, len(took), p50.Round(100*time.Microsecond), p99.Round(100*time.Microsecond))
	if p50 > soon {
		t.Errorf("%s takes %s, which is not within %s", what, p50, soon)
	}
}

// A click on a day of one parent's agenda is on the other parent's agenda and
// in the agent's head count.
func TestAClickIsOnTheOthersScreens(t *testing.T) {
	const changes = 32
	s, q, f := hosttest.New(t, storetest.SQLite(t)), newTurns(), kittest.Light(t)
	claire, hugo, agent := q.open(t, s, f, "claire.martel"), q.open(t, s, f, "hugo.martel"), q.open(t, s, f, "sylvie.roy")

	lea := portal.ID("")
	for _, c := range claire.View().Children() {
		if c.FirstName == "Léa" {
			lea = c.ID
		}
	}
	week := []portal.Date{"2026-11-23", "2026-11-24", "2026-11-26", "2026-11-27"}
	agenda := func(w *window) *kit.MonthGrid {
		w.app.Go(screen.To(screen.Agenda, "child", string(lea), "activity", string(demo.Canteen), "month", "2026-11"))
		kittest.Settle(w.pane)
		grids := kittest.All[*kit.MonthGrid](w.pane)
		if len(grids) != 1 {
			t.Fatalf("there is no agenda but %q", kittest.Texts(w.pane))
		}
		return grids[0]
	}
	mine, theirs := agenda(claire), agenda(hugo)
	agent.app.Go(screen.To(screen.StaffDay, "site", string(demo.JulesFerry), "day", string(week[0])))
	kittest.Settle(agent.pane)

	at := func(d portal.Date) time.Time {
		return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
	}
	// awaited is what the agent reads of the canteen, a day a word.
	awaited := func() string {
		kittest.Settle(agent.pane)
		texts := kittest.Texts(agent.pane)
		row := texts[slices.Index(texts, "Restauration scolaire")+1:]
		var days []string
		for _, text := range row {
			if !strings.HasPrefix(text, "sur ") && len(days) < 5 {
				days = append(days, text)
			}
		}
		return strings.Join(days, " ")
	}
	var parent, town []time.Duration
	counts := [5]int{}
	for i := range changes {
		day := week[i%len(week)]
		booked := i/len(week)%2 == 0
		counts[at(day).Weekday()-1] = 0
		if booked {
			counts[at(day).Weekday()-1] = 1
		}
		want := fmt.Sprintf("%d %d – %d %d", counts[0], counts[1], counts[3], counts[4])
		s.Clock.Add(time.Second) // a second click at once would be a slip of the finger
		began := time.Now()
		test.TapAt(mine, mine.CellCentre(at(day)))
		seen := q.until(t, fmt.Sprintf("%s booked=%v; the agent reads %q, not %q", day, booked, awaited(), want), func() bool {
			return theirs.Day(at(day)).Booked == booked
		}, func() bool {
			return awaited() == want
		})
		parent, town = append(parent, seen[0].Sub(began)), append(town, seen[1].Sub(began))
		q.until(t, "the day is settled on its own screen", func() bool {
			d := mine.Day(at(day))
			return d.Booked == booked && !d.Pending && len(claire.Unsent()) == 0
		})
	}
	judge(t, "from a parent's click to the other parent's agenda", parent)
	judge(t, "from a parent's click to the agent's head count", town)
}

// An agent's decision is on the family's screen, where nobody clicks.
func TestADecisionIsOnTheFamilysScreen(t *testing.T) {
	const decisions = 8
	s, q, f := hosttest.New(t, storetest.SQLite(t)), newTurns(), kittest.Light(t)
	family, agent := q.open(t, s, f, "amina.diallo"), q.open(t, s, f, "sylvie.roy")
	do := func(w *window, kind string, args any) {
		t.Helper()
		if _, err := w.Submit(kind, args, cache.Note{Key: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	family.app.Go(screen.To(screen.Requests))
	me, _ := family.Person()
	accepted := func() (n int) {
		kittest.Settle(family.pane)
		for _, text := range kittest.Texts(family.pane) {
			if text == "Acceptée" {
				n++
			}
		}
		return n
	}
	before := accepted()
	var took []time.Duration
	for i := range decisions {
		child, request := portal.NewID(), portal.NewID()
		do(family, wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: child, Terms: true, Answers: json.RawMessage(fmt.Sprintf(
			`{"child":%q,"lastName":"Diallo","firstNames":"Ousmane %c","birthDate":"2019-04-02","birthPlace":"Reims","school":%q,"class":"ce1",
			"guardians":[{"lastName":"Diallo","firstName":"Amina","relation":"mother","phone":"+33639980107","mail":"amina.diallo@exemple.fr","livesWithChild":true}],
			"diet":"standard","hasAllergies":false,"hasCarePlan":false,"canteen":true,"emergencyConsent":true,"imageConsent":false}`, child, 'A'+i, demo.JulesFerry))})
		q.until(t, "the request is in the queue", func() bool { _, there := agent.View().QueueItem(request); return there })
		do(agent, wire.FileOpen, wire.OpenFile{Account: me.Account, Desk: "enfance"})
		do(agent, wire.RequestTake, wire.TakeRequest{Request: request})
		q.until(t, "the request is taken", func() bool { return len(agent.Unsent()) == 0 })
		began := time.Now()
		do(agent, wire.RequestAccept, wire.AcceptRequest{Request: request})
		seen := q.until(t, fmt.Sprintf("%d requests read as accepted", before+i+1), func() bool { return accepted() == before+i+1 })
		took = append(took, seen[0].Sub(began))
	}
	judge(t, "from an agent's decision to the family's list", took)
}
