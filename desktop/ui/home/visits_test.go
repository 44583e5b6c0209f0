package home

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parvis/assets/catalogue"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/appointments"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// An appointment that is to be taken, or that is too short, awaits the family;
// one that has gone by does not, for nobody knows whether they came.
func TestAppointmentsAwaitTheFamily(t *testing.T) {
	kittest.Light(t)
	const asked, held portal.ID = "0190b000-0000-7000-8000-0000000000c1", "0190b000-0000-7000-8000-0000000000c2"
	files, err := catalogue.Files()
	if err != nil {
		t.Fatal(err)
	}
	service := appointments.Service{ID: "titres", Desk: "citoyennete", Slot: 15, Counters: 1, Most: 6, Weeks: 6, Hours: []appointments.Hours{{Weekday: time.Thursday, From: 9 * 60, To: 10 * 60}}}
	start := screentest.Thursday.At(9, 0).UnixMicro()
	request := func(people int) wire.Change {
		answers := json.RawMessage(`{"people":[` + strings.TrimSuffix(strings.Repeat(`{"name":"Une Personne"},`, people), ",") + `]}`)
		return screentest.Row(screentest.Mine, wire.Requests, asked, wire.Request{ID: asked, Account: screentest.Claire, Procedure: "papiers-d-identite", Version: 2, State: "in_review", Person: "Claire Martel", Answers: answers})
	}
	appointment := func(state string) wire.Change {
		return screentest.Row(screentest.Mine, wire.Appointments, held, wire.Appointment{ID: held, Request: asked, Service: "titres", Start: start, End: start + 900e6, Counter: 1, People: 1, State: state, Made: 1})
	}
	d := screentest.New(screentest.Claire, screentest.Monday.At(9, 0), append(screentest.FamilyRows(),
		screentest.Row(wire.TownFeed, wire.AppointmentServices, "titres", service), screentest.Row(wire.TownFeed, wire.Procedures, "papiers-d-identite", files["papiers-d-identite"]), request(1))...)
	says := func(when, want string) {
		t.Helper()
		all := visitsToTake(d.View)
		switch {
		case want == "" && len(all) > 0:
			t.Errorf("%s: %+v", when, all)
		case want != "" && (len(all) != 1 || !strings.HasPrefix(all[0].title, want) || all[0].to.String() != screen.To(screen.Appointment, "request", string(asked)).String()):
			t.Errorf("%s: %+v, not %q", when, all, want)
		}
	}
	says("none yet", "Rendez-vous à prendre")
	d.Get(appointment("booked"))
	says("booked", "")
	d.Get(request(2))
	says("for one more", "Rendez-vous trop court")
	d.Get(request(1))
	d.Now = screentest.Thursday.At(9, 15)
	d.Tick()
	says("gone by", "")
	d.Get(appointment("missed"))
	says("missed", "Rendez-vous à prendre")
	d.Get(screentest.Row(screentest.Mine, wire.Appointments, held, wire.Appointment{ID: held, Request: asked, Service: "titres", Start: start, End: start + 900e6, Counter: 1, People: 1,
		State: "cancelled", Staff: true, Reason: "Réunion de service", Made: 1}))
	says("cancelled by the town hall", "Rendez-vous à prendre")
	if all := visitsToTake(d.View); len(all) != 1 || all[0].detail != "Annulé par la mairie : Réunion de service" {
		t.Errorf("of one that the town hall cancelled it says %+v", all)
	}
	d.Get(appointment("honoured"))
	says("held", "")
}
