package view

import (
	"encoding/json"

	"parvis/shared/appointments"
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// collection is how the rows of one collection are read, kept in memory and
// told of when they change.
type collection struct {
	decode func(body json.RawMessage) any // nil for what cannot be read
	keep   func(r *rows, id portal.ID, decoded any)
	forget func(r *rows, id portal.ID)
	topic  func(r *rows, id portal.ID) portal.ID // under what its changes are told; nil for its own id
}

// collections is all that a view reads; rows of another collection, as a newer
// server may send, are held as they came.
var collections = map[string]collection{
	wire.Towns:            one(func(r *rows) **wire.Town { return &r.town }),
	wire.Calendars:        one(func(r *rows) **bookings.Calendar { return &r.calendar }),
	wire.Procedures:       in(func(r *rows) map[portal.ID]*procedure { return r.procedures }).read(decodeProcedure),
	wire.FormerProcedures: in(func(r *rows) map[portal.ID]*former { return r.formers }).read(decodeFormer),
	wire.Sites:            in(func(r *rows) map[portal.ID]bookings.Site { return r.sites }),
	wire.Activities:       in(func(r *rows) map[portal.ID]bookings.Activity { return r.activities }),
	wire.Closures:         in(func(r *rows) map[portal.ID]bookings.Closure { return r.closures }).then(func(r *rows) { r.closureList = nil }),
	wire.Tariffs:          in(func(r *rows) map[portal.ID]ledger.Tariff { return r.tariffs }).then(func(r *rows) { r.tariffList = nil }),
	wire.Levels:           under(func(r *rows) map[portal.ID]wire.DayLevel { return r.levels }, func(l wire.DayLevel) portal.ID { return l.Activity }),
	wire.Menus:            in(func(r *rows) map[portal.ID]meals.Menu { return r.menus }),
	wire.DocumentKinds: {
		decode: read[requests.DocumentKind],
		keep:   func(r *rows, id portal.ID, decoded any) { r.kinds[string(id)] = decoded.(requests.DocumentKind) },
		forget: func(r *rows, id portal.ID) { delete(r.kinds, string(id)) },
	},

	wire.Accounts:   in(func(r *rows) map[portal.ID]wire.Account { return r.accounts }),
	wire.Children:   in(func(r *rows) map[portal.ID]wire.Child { return r.children }),
	wire.Enrolments: under(func(r *rows) map[portal.ID]bookings.Enrolment { return r.enrolments }, func(e bookings.Enrolment) portal.ID { return e.Child }),
	wire.Bookings: {
		decode: read[wire.Booking],
		keep:   func(r *rows, id portal.ID, decoded any) { r.keepBooking(id, decoded.(wire.Booking)) },
		forget: (*rows).forgetBooking,
		topic:  func(r *rows, id portal.ID) portal.ID { return r.bookings[id].Child },
	},
	wire.Waits: {
		decode: read[wire.Wait],
		keep:   func(r *rows, id portal.ID, decoded any) { r.keepWait(id, decoded.(wire.Wait)) },
		forget: (*rows).forgetWait,
		topic:  func(r *rows, id portal.ID) portal.ID { return r.waits[id].Child },
	},
	wire.Balances: under(func(r *rows) map[portal.ID]wire.Balance { return r.balances }, func(b wire.Balance) portal.ID { return portal.ID(b.CashDesk) }),
	wire.Movements: under(func(r *rows) map[portal.ID]ledger.Movement { return r.movements }, func(m ledger.Movement) portal.ID { return portal.ID(m.CashDesk) }).
		then(func(r *rows) { r.books = nil }),
	wire.Openings:          in(func(r *rows) map[portal.ID]bookings.Opening { return r.openings }).then(func(r *rows) { r.openingList = nil }),
	wire.Draws:             in(func(r *rows) map[portal.ID]wire.Draw { return r.draws }),
	wire.Prepared:          in(func(r *rows) map[portal.ID]wire.PreparedGroup { return r.prepared }),
	wire.Asks:              in(func(r *rows) map[portal.ID]wire.Ask { return r.asks }),
	wire.Groups:            in(func(r *rows) map[portal.ID]wire.GroupResult { return r.groups }),
	wire.Payments:          in(func(r *rows) map[portal.ID]wire.Payment { return r.payments }),
	wire.Organisations:     in(func(r *rows) map[portal.ID]wire.Organisation { return r.organisations }),
	wire.UnclearPayments:   under(func(r *rows) map[portal.ID]wire.UnclearPayment { return r.unclear }, func(p wire.UnclearPayment) portal.ID { return portal.ID(p.CashDesk) }),
	wire.Takings:           under(func(r *rows) map[portal.ID]wire.Taking { return r.takings }, func(t wire.Taking) portal.ID { return portal.ID(t.CashDesk) }),
	wire.CashDesks:         in(func(r *rows) map[portal.ID]wire.CashDesk { return r.cashDesks }),
	wire.CalendarAddresses: in(func(r *rows) map[portal.ID]wire.CalendarAddress { return r.calendars }),
	wire.Quotients:         in(func(r *rows) map[portal.ID]quotients.Entry { return r.quotients }),
	wire.Delegations:       in(func(r *rows) map[portal.ID]wire.Delegation { return r.delegations }),

	wire.Requests:      in(func(r *rows) map[portal.ID]wire.Request { return r.requests }),
	wire.Drafts:        in(func(r *rows) map[portal.ID]requests.DraftForm { return r.drafts }).read(decodeDraft),
	wire.DroppedDrafts: in(func(r *rows) map[portal.ID]wire.DroppedDraft { return r.gone }),
	wire.Documents:     in(func(r *rows) map[portal.ID]documents.Document { return r.documents }),
	wire.Messages: {
		decode: read[wire.Message],
		keep:   func(r *rows, _ portal.ID, decoded any) { r.keepMessage(decoded.(wire.Message)) },
		forget: (*rows).forgetMessage,
		topic:  func(r *rows, id portal.ID) portal.ID { return r.messages[id].Request },
	},
	wire.MessageFiles:  in(func(r *rows) map[portal.ID]wire.MessageFile { return r.files }),
	wire.Notices:       in(func(r *rows) map[portal.ID]wire.Notice { return r.notices }),
	wire.NoticeChoices: in(func(r *rows) map[portal.ID]wire.Choices { return r.choices }),

	wire.Queue:         under(func(r *rows) map[portal.ID]*queueRow { return r.queue }, func(q *queueRow) portal.ID { return portal.ID(q.Desk) }).read(decodeQueued),
	wire.HeadCounts:    under(func(r *rows) map[portal.ID]wire.HeadCount { return r.counts }, func(c wire.HeadCount) portal.ID { return c.Site }),
	wire.AbsenceRules:  in(func(r *rows) map[portal.ID]bookings.AbsenceRule { return r.absenceRules }),
	wire.Absences:      in(func(r *rows) map[portal.ID]wire.Absence { return r.absences }),
	wire.AbsenceQueue:  in(func(r *rows) map[portal.ID]wire.DeskAbsence { return r.absenceQueue }),
	wire.SiteAbsences:  in(func(r *rows) map[portal.ID]wire.SiteAbsence { return r.siteAbsences }),
	wire.ClosureDays:   in(func(r *rows) map[portal.ID]wire.ClosureDay { return r.closureDays }),
	wire.QuotientQueue: in(func(r *rows) map[portal.ID]wire.QueueQuotient { return r.quotientQueue }),
	wire.Texts:         in(func(r *rows) map[portal.ID]wire.Text { return r.texts }),

	wire.AppointmentServices: in(func(r *rows) map[portal.ID]appointments.Service { return r.visits.services }),
	wire.AppointmentClosures: under(func(r *rows) map[portal.ID]appointments.Closure { return r.visits.closures }, func(c appointments.Closure) portal.ID { return c.Service }),
	wire.AppointmentDays:     under(func(r *rows) map[portal.ID]appointments.Busy { return r.visits.days }, func(d appointments.Busy) portal.ID { return d.Service }),
	wire.Appointments:        under(func(r *rows) map[portal.ID]wire.Appointment { return r.visits.held }, func(a wire.Appointment) portal.ID { return a.Request }),
	wire.DeskAppointments:    under(func(r *rows) map[portal.ID]wire.DeskAppointment { return r.visits.listed }, func(a wire.DeskAppointment) portal.ID { return a.Service }),
}

// in is a collection whose rows are kept by their ids.
func in[T any](of func(*rows) map[portal.ID]T) collection {
	return collection{
		decode: read[T],
		keep:   func(r *rows, id portal.ID, decoded any) { of(r)[id] = decoded.(T) },
		forget: func(r *rows, id portal.ID) { delete(of(r), id) },
	}
}

// under is one whose changes are told under what each row belongs to.
func under[T any](of func(*rows) map[portal.ID]T, topic func(T) portal.ID) collection {
	c := in(of)
	c.topic = func(r *rows, id portal.ID) portal.ID {
		row, there := of(r)[id]
		if !there {
			return id // it could not be read
		}
		return topic(row)
	}
	return c
}

// one is a collection of a single row.
func one[T any](of func(*rows) **T) collection {
	return collection{
		decode: read[T],
		keep: func(r *rows, _ portal.ID, decoded any) {
			row := decoded.(T)
			*of(r) = &row
		},
		forget: func(r *rows, _ portal.ID) { *of(r) = nil },
	}
}

// read has its rows read in another way.
func (c collection) read(decode func(json.RawMessage) any) collection {
	c.decode = decode
	return c
}

// then has something done after each of its changes.
func (c collection) then(do func(*rows)) collection {
	keep, forget := c.keep, c.forget
	c.keep = func(r *rows, id portal.ID, decoded any) { keep(r, id, decoded); do(r) }
	c.forget = func(r *rows, id portal.ID) { forget(r, id); do(r) }
	return c
}

func read[T any](body json.RawMessage) any {
	var t T
	if json.Unmarshal(body, &t) != nil {
		return nil
	}
	return t
}

func decodeProcedure(body json.RawMessage) any {
	p := lazily(body)
	return &p
}

func decodeFormer(body json.RawMessage) any {
	if f, ok := read[requests.Former](body).(requests.Former); ok {
		return &former{lazily(f.Procedure)}
	}
	return nil
}

func decodeDraft(body json.RawMessage) any {
	d, wrong := requests.DecodeDraft(body)
	if wrong != nil {
		return nil
	}
	return d
}

func decodeQueued(body json.RawMessage) any {
	if q, ok := read[wire.QueueItem](body).(wire.QueueItem); ok {
		return &queueRow{QueueItem: q}
	}
	return nil
}

// decodeAll reads the bodies of rows into the types of their collections; nil
// for one that is deleted, unknown or of a shape that a newer server gave it.
func decodeAll(changes []wire.Change) []any {
	out := make([]any, len(changes))
	for i := range changes {
		if c, known := collections[changes[i].Collection]; known && !changes[i].Deleted {
			out[i] = c.decode(changes[i].Body)
		}
	}
	return out
}
