package screentest

import (
	"encoding/json"
	"time"

	"parvis/assets/catalogue"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// The agents of the tests, at the childhood desk, and the requests that wait
// there: of Léa, of Noé and of Inès, the oldest first.
const (
	Sylvie portal.ID = "0190b000-0000-7000-8000-000000000041"
	Marc   portal.ID = "0190b000-0000-7000-8000-000000000042"
	Sofia  portal.ID = "0190b000-0000-7000-8000-000000000003"
	Ines   portal.ID = "0190b000-0000-7000-8000-000000000013"

	ForLea  portal.ID = "0190b000-0000-7000-8000-000000000051"
	ForNoe  portal.ID = "0190b000-0000-7000-8000-000000000052"
	ForInes portal.ID = "0190b000-0000-7000-8000-000000000053"

	Childhood = "enfance"
)

// Staff is Sylvie's desktop.
func Staff() *Desk { return New(Sylvie, Monday.At(9, 0), StaffRows()...) }

// StaffRows is what she sees before she opens any file.
func StaffRows() []wire.Change {
	rows := append(TownRows(),
		Row(wire.AccountFeed(Sylvie), wire.Accounts, Sylvie, wire.Account{ID: Sylvie, Kind: wire.Agent, FirstName: "Sylvie", LastName: "Roy", Desks: []string{Childhood}, Sites: []portal.ID{Ferry, Tilleul}}),
		Waiting(ForLea, Claire, "fiche-enfant", "Léa Martel", "2026-000101", 72*time.Hour, "submitted", ""),
		Waiting(ForNoe, Claire, "fiche-enfant", "Noé Martel", "2026-000102", 26*time.Hour, "submitted", ""),
		Waiting(ForInes, Sofia, "derogation-scolaire", "Inès Haddad-Benali", "2026-000103", 3*time.Hour, "in_review", Marc),
	)
	files, err := catalogue.Files()
	if err != nil {
		panic(err)
	}
	for id, raw := range files {
		rows = append(rows, Row(wire.TownFeed, wire.Procedures, portal.ID(id), raw))
	}
	for i, n := range []int{62, 71, 90, 68} {
		day := Monday.Add([]int{0, 1, 3, 4}[i])
		rows = append(rows, Counted(Canteen, day, n, 90))
		rows = append(rows, Counted(Morning, day, n/3, 40))
	}
	return rows
}

// Waiting is a request in the desk's queue.
func Waiting(id, account portal.ID, procedure, person, reference string, since time.Duration, state string, agent portal.ID) wire.Change {
	q := wire.QueueItem{ID: id, Reference: reference, Account: account, Procedure: procedure, Desk: Childhood, State: state, Person: person,
		Submitted: Monday.At(9, 0).Add(-since).UnixMicro(), Agent: agent, AgentName: AgentName(agent)}
	return Row(wire.DeskFeed(Childhood), wire.Queue, id, q)
}

// AgentName is an agent's name.
func AgentName(id portal.ID) string {
	return map[portal.ID]string{Sylvie: "Sylvie Roy", Marc: "Marc Petit"}[id]
}

// Counted is how many are awaited at Jules-Ferry.
func Counted(activity portal.ID, day portal.Date, count, capacity int) wire.Change {
	return Row(wire.SiteFeed(Ferry), wire.HeadCounts, activity+"/"+Ferry+"/"+portal.ID(day), wire.HeadCount{Activity: activity, Site: Ferry, Day: day, Count: count, Capacity: capacity})
}

// FileOf is the file of Claire's family as the desk sees it once it is open,
// with the request for Léa in a state.
func FileOf(state string, agent portal.ID) []wire.Change {
	feed := wire.FileFeed(Childhood, Claire)
	request := func(id, child portal.ID, person, reference, state string, agent portal.ID) wire.Change {
		answers, err := json.Marshal(map[string]any{
			"child": child, "lastName": "Martel", "firstNames": person[:len(person)-len(" Martel")], "birthDate": "2018-03-12", "birthPlace": "Reims",
			"school": Ferry, "class": "ce2", "diet": "standard", "hasCarePlan": false, "canteen": true,
			"guardians": []map[string]any{{"lastName": "Martel", "firstName": "Claire", "phone": "+33639980101"}},
		})
		if err != nil {
			panic(err)
		}
		events := []wire.Event{{At: Monday.At(9, 0).Add(-72 * time.Hour).UnixMicro(), Kind: "submitted", By: "Claire Martel"}}
		if agent != "" {
			events = append(events, wire.Event{At: Monday.At(8, 50).UnixMicro(), Kind: "taken", By: AgentName(agent)})
		}
		return Row(feed, wire.Requests, id, wire.Request{ID: id, Reference: reference, Account: Claire, Procedure: "fiche-enfant", Version: 1, Desk: Childhood,
			State: state, Child: child, Person: person, Submitted: Monday.At(9, 0).Add(-72 * time.Hour).UnixMicro(), Answers: answers, Agent: agent, AgentName: AgentName(agent), Timeline: events})
	}
	return []wire.Change{
		Row(feed, wire.Accounts, Claire, wire.Account{ID: Claire, Kind: wire.Family, FirstName: "Claire", LastName: "Martel"}),
		request(ForLea, Lea, "Léa Martel", "2026-000101", state, agent),
		request(ForNoe, Noe, "Noé Martel", "2026-000102", "submitted", ""),
	}
}
