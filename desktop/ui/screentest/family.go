package screentest

import (
	"encoding/json"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// The family of the tests: Claire Martel with Léa and Noé at Jules-Ferry, and
// Hugo, their other parent, on Monday 9 March 2026 at 9:00.
const (
	Claire  portal.ID = "0190b000-0000-7000-8000-000000000001"
	Hugo    portal.ID = "0190b000-0000-7000-8000-000000000002"
	Lea     portal.ID = "0190b000-0000-7000-8000-000000000011"
	Noe     portal.ID = "0190b000-0000-7000-8000-000000000012"
	Ferry   portal.ID = "0190b000-0000-7000-8000-000000000021"
	Tilleul portal.ID = "0190b000-0000-7000-8000-000000000022"
	Canteen portal.ID = "0190b000-0000-7000-8000-000000000031"
	Morning portal.ID = "0190b000-0000-7000-8000-000000000032"

	Monday   portal.Date = "2026-03-09"
	Tuesday  portal.Date = "2026-03-10"
	Thursday portal.Date = "2026-03-12"
	Friday   portal.Date = "2026-03-13"
)

// Mine is Claire's feed.
var Mine = wire.AccountFeed(Claire)

// TownRows is the facts of the town.
func TownRows() []wire.Change {
	town := wire.TownFeed
	week := []time.Weekday{time.Monday, time.Tuesday, time.Thursday, time.Friday}
	cut := bookings.Cutoff{Days: 1, Hour: 10, Working: true}
	activity := func(id portal.ID, kind, fr, en string) wire.Change {
		return Row(town, wire.Activities, id, bookings.Activity{ID: id, Kind: kind, Name: bookings.Names{"fr": fr, "en": en}, Desk: "enfance", CashDesk: "regie",
			Sites: []portal.ID{Ferry, Tilleul}, Weekdays: week, Book: cut, Cancel: cut, Floor: -5000})
	}
	tariff := func(id portal.ID, price portal.Money) wire.Change {
		return Row(town, wire.Tariffs, id+"-t", ledger.Tariff{ID: id + "-t", Activity: id, From: "2025-09-01", Bands: []ledger.Band{{Price: price}}, Outside: 560})
	}
	return []wire.Change{
		Row(town, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin-sur-Vesle"}),
		Row(town, wire.Sites, Ferry, bookings.Site{ID: Ferry, Name: "École Jules-Ferry", Kind: "school"}),
		Row(town, wire.Sites, Tilleul, bookings.Site{ID: Tilleul, Name: "École Les Tilleuls", Kind: "school"}),
		Row(town, wire.Calendars, "B", bookings.Calendar{
			Known:  portal.Period{From: "2025-09-01", To: "2027-08-31"},
			School: []bookings.Holiday{{Name: bookings.Names{"fr": "Printemps", "en": "Spring"}, Period: portal.Period{From: "2026-04-11", To: "2026-04-26"}}},
			Public: map[portal.Date]bookings.Names{"2026-04-06": {"fr": "Lundi de Pâques", "en": "Easter Monday"}},
		}),
		activity(Canteen, bookings.Canteen, "Restauration scolaire", "School canteen"),
		activity(Morning, bookings.Morning, "Accueil du matin", "Morning care"),
		tariff(Canteen, 320), tariff(Morning, 128),
	}
}

// Family is Claire's desktop, with some days booked.
func Family() *Desk { return New(Claire, Monday.At(9, 0), FamilyRows()...) }

// FamilyRows is what she sees.
func FamilyRows() []wire.Change {
	child := func(id portal.ID, first string, born portal.Date) wire.Change {
		return Row(Mine, wire.Children, id, wire.Child{ID: id, FirstName: first, LastName: "Martel", BirthDate: born, Site: Ferry})
	}
	enrol := func(id, child, activity portal.ID) wire.Change {
		return Row(Mine, wire.Enrolments, id, bookings.Enrolment{ID: id, Child: child, Activity: activity, Site: Ferry, Year: "2025-2026",
			Period: portal.SchoolYear("2025-2026").Period()})
	}
	return append(TownRows(),
		Row(Mine, wire.Accounts, Claire, wire.Account{ID: Claire, Kind: wire.Family, FirstName: "Claire", LastName: "Martel", Payer: &ledger.Payer{Resident: true}}),
		child(Lea, "Léa", "2018-03-12"), child(Noe, "Noé", "2021-09-30"),
		enrol("e1", Lea, Canteen), enrol("e2", Lea, Morning), enrol("e3", Noe, Canteen),
		Row(Mine, wire.Balances, "balance", wire.Balance{CashDesk: "regie", Amount: 7680}),
		Booked("b-mon", Monday), Booked("b-tue", Tuesday),
		Row(Mine, wire.Bookings, "b-hugo", wire.Booking{ID: "b-hugo", Child: Lea, Activity: Canteen, Site: Ferry, Day: "2026-03-17", ByName: "Hugo Martel"}),
		Level("2026-03-19", bookings.Few), Level("2026-03-20", bookings.Full),
	)
}

// Booked is a booking of Léa's canteen by Claire, confirmed.
func Booked(id portal.ID, day portal.Date) wire.Change {
	return Row(Mine, wire.Bookings, id, wire.Booking{ID: id, Child: Lea, Activity: Canteen, Site: Ferry, Day: day, Payer: Claire, Price: 320, ByName: "Claire Martel"})
}

// Level is how full Jules-Ferry's canteen is on a day.
func Level(day portal.Date, level bookings.Level) wire.Change {
	return Row(wire.TownFeed, wire.Levels, wire.LevelKey(Canteen, Ferry, day), wire.DayLevel{Activity: Canteen, Site: Ferry, Day: day, Level: level})
}

// TwoDesks is what makes the town one with two cash desks: the mornings are paid at
// another than the canteen.
func TwoDesks() (out []wire.Change) {
	for _, row := range TownRows() {
		if row.Collection != wire.Activities || row.Entity != Morning {
			continue
		}
		var a bookings.Activity
		if err := json.Unmarshal(row.Body, &a); err != nil {
			panic(err)
		}
		a.CashDesk = "jeunesse"
		out = append(out, Row(wire.TownFeed, wire.Activities, Morning, a))
	}
	return append(out, Row(wire.TownFeed, wire.CashDesks, "regie", wire.CashDesk{Key: "regie", Name: "Régie Restauration scolaire"}),
		Row(wire.TownFeed, wire.CashDesks, "jeunesse", wire.CashDesk{Key: "jeunesse", Name: "Régie Accueil et loisirs"}))
}
