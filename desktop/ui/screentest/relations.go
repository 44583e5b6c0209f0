package screentest

import (
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// ThisWeek is Monday's week: Claire's, where her parents live apart.
var ThisWeek = family.Weeks{Anchor: Monday}

// Apart is Claire's desktop where she and Hugo live apart, Léa a week with each;
// Noé is hers alone.
func Apart() *Desk { return New(Claire, Monday.At(9, 0), ApartRows()...) }

// ApartRows is what she sees then: Hugo has booked Monday and Thursday of his
// week.
func ApartRows() []wire.Change {
	theirs := func(id portal.ID, day portal.Date) wire.Change {
		return Row(Mine, wire.Bookings, id, wire.Booking{ID: id, Child: Lea, Activity: Canteen, Site: Ferry, Day: day, ByName: "Hugo Martel"})
	}
	return append(FamilyRows(), Shared(func(*wire.Child) {}), theirs("h-mon", "2026-03-16"), theirs("h-thu", "2026-03-19"))
}

// Shared is Léa as Claire reads her, changed.
func Shared(change func(*wire.Child)) wire.Change {
	c := wire.Child{
		ID: Lea, FirstName: "Léa", LastName: "Martel", BirthDate: "2018-03-12", Site: Ferry, Class: "ce2", Custody: string(accounts.SharedCustody),
		Diet: "standard", Allergies: "Arachides", CarePlan: true, CareActions: "Stylo dans la trousse rouge, puis appeler le 15.",
		HealthAt: Monday.Add(-3).At(18, 5).UnixMicro(), HealthBy: "Hugo Martel",
		Collectors: []family.Collector{{FirstName: "Jeanne", LastName: "Morel", Relation: "grand-mère", Phone: "+33639980132"}},
		Adults:     []wire.Adult{{Name: "Hugo Martel", Custody: string(accounts.SharedCustody)}},
		Weeks:      &wire.ChildWeeks{Weeks: ThisWeek, Mine: true, With: "Hugo Martel"},
	}
	change(&c)
	return Row(Mine, wire.Children, Lea, c)
}

// FileOfParents is the file of Claire's family with Léa and both her parents,
// as the desk sees it.
func FileOfParents(change func(*wire.Child)) []wire.Change {
	feed := wire.FileFeed(Childhood, Claire)
	c := wire.Child{
		ID: Lea, FirstName: "Léa", LastName: "Martel", BirthDate: "2018-03-12", Site: Ferry, Class: "ce2", Custody: string(accounts.SharedCustody),
		Diet: "vegetarian", Allergies: "Arachides", HealthAt: Monday.Add(-3).At(18, 5).UnixMicro(), HealthBy: "Hugo Martel",
		Adults: []wire.Adult{
			{Account: Claire, Name: "Claire Martel", Custody: string(accounts.SharedCustody)},
			{Account: Hugo, Name: "Hugo Martel", Custody: string(accounts.SharedCustody), Evidence: "judgment", Day: "2025-03-12"},
		},
		Weeks: &wire.ChildWeeks{Weeks: ThisWeek, Mine: true, With: "Hugo Martel"},
	}
	change(&c)
	return append(FileOf("submitted", ""), Row(feed, wire.Children, Lea, c),
		Row(feed, wire.Enrolments, "fe", bookings.Enrolment{ID: "fe", Child: Lea, Activity: Canteen, Site: Ferry, Year: "2025-2026", Period: portal.SchoolYear("2025-2026").Period()}))
}
