package notices

// What is what has happened, where a kind of notice is about more than one
// thing. It is told in the window alone, never in a mail.
type What string

// What becomes of something that a parent gives another adult. Args: name, the
// other one's.
const (
	AccessAccepted  What = "accepted"
	AccessDeclined  What = "declined"
	AccessEnded     What = "ended"     // by the parent
	AccessLeft      What = "left"      // by the delegate
	AccessWithdrawn What = "withdrawn" // before it was answered
	AccessExpired   What = "expired"   // nobody answered
	AccessOver      What = "over"      // its last day is past
	AccessLost      What = "lost"      // the parent decides for none of the children any more
	AccessClosed    What = "closed"    // one of the accounts
	AccessRestored  What = "restored"  // the town hall took its data back
	// AccessChanged also has, where they changed: lost, the first names of those
	// it is no longer for; level; activities, their ids, none for all; until, a
	// day. Several stand with ArgSeparator between.
	AccessChanged What = "changed"
)

// The words of AccessChanged, and what stands between several in one.
const (
	ArgLost       = "lost"
	ArgLevel      = "level"
	ArgActivities = "activities"
	ArgUntil      = "until"
	ArgSeparator  = " · "
)

// What parents decide between them, or the town hall for them. Args: name, of
// who did it, where that is a parent.
const (
	WeeksProposed   What = "weeks_proposed"
	WeeksAccepted   What = "weeks_accepted"
	WeeksDeclined   What = "weeks_declined"
	WeeksTakenBack  What = "weeks_taken_back"
	WeeksEnded      What = "weeks_ended"
	WeeksSet        What = "weeks_set" // by the town hall
	WeeksUnset      What = "weeks_unset"
	PayingProposed  What = "paying_proposed"
	PayingAccepted  What = "paying_accepted"
	PayingDeclined  What = "paying_declined"
	PayingTakenBack What = "paying_taken_back"
	PayingEnded     What = "paying_ended"
	PayersSet       What = "payers_set" // by the town hall
	CustodyLinked   What = "custody_linked"
	CustodySet      What = "custody_set"
	CustodyEnded    What = "custody_ended"
)

// What of a child has changed. Args: name, of who changed it.
const (
	HealthChanged  What = "health"
	CollectChanged What = "collect"
	RecordChanged  What = "record"
)

// What has become of a balance. Args: level, in cents.
const BalanceLow What = "low"

// What becomes of a child's waiting for a day. Args: child, its first name;
// activity, its id; day; until, microseconds, of a place that is kept.
const (
	PlaceOffered What = "offered"
	PlaceLapsed  What = "lapsed" // it was not taken in time
	PlaceNone    What = "none"   // none became free before the day's cut-off
	PlaceClosed  What = "closed" // the town closes the day

	ArgChild    = "child"
	ArgActivity = "activity"
	ArgDay      = "day"
)

// What of a closure: about is its id, whose fact says the rest. Args of
// ClosureLost: lost, the days that could not be booked again.
const (
	ClosureDeclared What = "declared"
	ClosureUndone   What = "undone"
	ClosureLost     What = "not_restored"
)

// What was decided of an absence; about is its id.
const (
	AbsenceAccepted What = "accepted"
	AbsenceRefused  What = "refused"
)

// What has become of places. Args: placed and asked, numbers of days; of what was
// booked while a request was under review: child, a first name, and days.
const (
	PlacesDrawn     What = "drawn"
	PlacesConfirmed What = "confirmed"
	PlacesFallen    What = "fallen"
)

// Whats is all of each kind that tells it.
var Whats = map[Kind][]What{
	Access: {AccessAccepted, AccessDeclined, AccessEnded, AccessLeft, AccessWithdrawn, AccessExpired, AccessOver, AccessLost, AccessClosed, AccessRestored, AccessChanged},
	Custody: {WeeksProposed, WeeksAccepted, WeeksDeclined, WeeksTakenBack, WeeksEnded, WeeksSet, WeeksUnset,
		PayingProposed, PayingAccepted, PayingDeclined, PayingTakenBack, PayingEnded, PayersSet, CustodyLinked, CustodySet, CustodyEnded},
	Child:   {HealthChanged, CollectChanged, RecordChanged},
	Balance: {BalanceLow},
	Place:   {PlaceOffered, PlaceLapsed, PlaceNone, PlaceClosed},
	Closure: {ClosureDeclared, ClosureUndone, ClosureLost},
	Absence: {AbsenceAccepted, AbsenceRefused},
	Places:  {PlacesDrawn, PlacesConfirmed, PlacesFallen},
}
