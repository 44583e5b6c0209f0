package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// verify checks what holds once all is quiet.
func (h *history) verify() {
	ctx := context.Background()
	found, err := h.town.service.Contradictions(ctx)
	if err != nil {
		h.fail("the books cannot be read: %v", err)
	}
	for _, c := range found {
		h.fail("the books: %s", c)
	}
	for _, d := range h.desktops {
		d.witness.check(false)
		d.witness.viewed()
		h.ends(d)
	}
	// What has lapsed in the night is taken away by a job, within a minute.
	if err := h.town.store.Write(ctx, func(tx *store.Tx) error { _, err := h.town.service.LapseDelegations(tx); return err }); err != nil {
		h.fail("housekeeping: %v", err)
	}
	if err := h.town.store.Read(ctx, func(tx *store.Tx) error {
		if err := errors.Join(h.effects(tx), h.arrived(tx), h.received(tx), h.balanced(tx), h.credited(tx), h.priced(tx), h.decided(tx), h.announced(tx)); err != nil {
			return err
		}
		return h.foreign(tx)
	}); err != nil {
		h.fail("the database cannot be read: %v", err)
	}
	h.linear()
}

// ends checks that each command of a desktop came to one end, and to the one
// that the server knows.
func (h *history) ends(d *desktop) {
	for _, x := range d.done {
		v, judged := h.town.verdict(x.id)
		switch {
		case x.undone && judged:
			h.fail("%s: command %s was undone and is accepted=%v", d.name, x.kind, v.Accepted)
		case x.undone:
			if x.told != 0 {
				h.fail("%s: command %s was undone and is told", d.name, x.kind)
			}
		case x.told != 1:
			h.fail("%s: the end of %s %s was told %d times", d.name, x.kind, x.id, x.told)
		case !h.town.gave(x.id, x.yes):
			h.fail("%s: %s %s ended as accepted=%v here and %v there (%v)", d.name, x.kind, x.id, x.yes, v.Accepted, judged)
		}
	}
}

// effects checks that what was accepted has its effects, and that nothing
// else has.
func (h *history) effects(tx *store.Tx) error {
	deeds := h.deeds()
	together, err := h.groupsDone(tx, deeds)
	if err != nil {
		return err
	}
	made := maps.Clone(together.made)
	maps.Copy(made, together.waits)
	for id := range together.made {
		b, found, err := tx.Booking(id)
		if err != nil {
			return err
		}
		town, err := byTown(tx, id)
		if err != nil {
			return err
		}
		fallen, err := h.fell(tx, together.cancelled, id)
		if err != nil {
			return err
		}
		if gone := h.town.gone[id] || together.cancelled[id] != "" || town || fallen != nil; !found || (b.State == store.BookingLive) == gone {
			h.fail("booking %s of a group: there=%v, %s, its cancellation accepted=%v", id, found, b.State, gone)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(h.town.judged)) {
		v, x := h.town.judged[id], deeds[id]
		if x == nil {
			h.fail("the server has judged %s, which nobody did", id)
			continue
		}
		switch a := x.args.(type) {
		case wire.Book:
			b, found, err := tx.Booking(a.Booking)
			if err != nil {
				return err
			}
			if found != v.Accepted {
				h.fail("booking %s: accepted=%v, there=%v", a.Booking, v.Accepted, found)
			}
			town, err := byTown(tx, a.Booking)
			if err != nil {
				return err
			}
			fallen, err := h.fell(tx, together.cancelled, a.Booking)
			if err != nil {
				return err
			}
			if gone := h.town.gone[a.Booking] || together.cancelled[a.Booking] != "" || town || fallen != nil; found && (b.State == store.BookingLive) == gone {
				h.fail("booking %s is %s, its cancellation accepted=%v", a.Booking, b.State, gone)
			}
			made[a.Booking] = true
		case wire.JoinWaiting:
			_, found, err := tx.Wait(a.Wait)
			if err != nil {
				return err
			}
			if found != v.Accepted {
				h.fail("waiting %s: accepted=%v, there=%v", a.Wait, v.Accepted, found)
			}
			made[a.Wait] = true
		case wire.SubmitRequest:
			_, found, err := tx.Request(a.Request)
			if err != nil {
				return err
			}
			if found != v.Accepted {
				h.fail("request %s: accepted=%v, there=%v", a.Request, v.Accepted, found)
			}
			made[a.Request] = true
		case wire.SendMessage:
			_, found, err := tx.Message(a.Message)
			if err != nil {
				return err
			}
			if found != v.Accepted {
				h.fail("message %s: accepted=%v, there=%v", a.Message, v.Accepted, found)
			}
			made[a.Message] = true
			for _, f := range a.Files {
				made[f.File] = true
			}
		case wire.SubmitDocument:
			made[a.Document] = true
		case wire.BookAppointment:
			_, found, err := tx.Appointment(a.Appointment)
			if err != nil {
				return err
			}
			if found != v.Accepted {
				h.fail("appointment %s: accepted=%v, there=%v", a.Appointment, v.Accepted, found)
			}
			made[a.Appointment] = true
		case wire.EnterAtDesk:
			err = h.entered(tx, a.Entry, v)
		case wire.UndoAtDesk:
			err = h.entered(tx, a.Correction, v)
		case wire.CorrectBalance:
			err = h.entered(tx, a.Correction, v)
		}
		if err != nil {
			return err
		}
	}
	if err := errors.Join(h.drawn(tx, made), again(tx, made)); err != nil {
		return err
	}
	for id := range h.town.bank.started {
		made[id] = true
	}
	sources, err := tx.Sources()
	if err != nil {
		return err
	}
	for _, s := range sources {
		if slices.Contains([]string{"booking", "wait", "request", "message", "document", "appointment", "payment", "opening_ask"}, s.Kind) && !made[s.ID] {
			h.fail("%s %s comes from no command that was answered", s.Kind, s.ID)
		}
	}
	return nil
}

// entered checks that what a cashier has done is in the books, if it was accepted.
func (h *history) entered(tx *store.Tx, transaction portal.ID, v wire.Verdict) error {
	_, found, err := tx.Transaction(transaction)
	if err == nil && found != v.Accepted {
		h.fail("entry %s: accepted=%v, there=%v", transaction, v.Accepted, found)
	}
	return err
}

// foreign checks that no account's feed ever held a row that is not its
// reader's to see.
func (h *history) foreign(tx *store.Tx) error {
	families, err := tx.AccountsOf(wire.Family)
	if err != nil {
		return err
	}
	linked, entrusted := map[portal.ID]map[portal.ID]bool{}, map[portal.ID]map[portal.ID]bool{}
	for _, f := range families {
		links, err := tx.LinksTo(f.ID)
		if err != nil {
			return err
		}
		linked[f.ID] = map[portal.ID]bool{}
		for _, l := range links {
			if accounts.RightsOf(accounts.Custody(l.Custody)).See {
				linked[f.ID][l.Child] = true
			}
		}
	}
	for _, f := range families {
		if entrusted[f.ID], err = entrustedTo(tx, f.ID, linked); err != nil {
			return err
		}
	}
	stands := map[string]wire.Change{}
	for _, c := range h.town.sofar() {
		stands[c.Feed+" "+key(c)] = c
	}
	for _, c := range h.town.sofar() {
		kind := wire.FeedKind(c.Feed)
		reader := portal.ID(c.Feed[strings.LastIndexByte(c.Feed, ':')+1:])
		for _, f := range families {
			// The town hall reads whose accounts a child's parents' are; they themselves do not.
			parent := kind == "file" && c.Collection == wire.Children && (linked[f.ID][c.Entity] || h.town.wasCut(f.ID, c.Entity))
			if f.ID != reader && strings.Contains(string(c.Body), string(f.ID)) && kind != "desk" && !parent && !agreed(c, reader, f.ID) {
				h.fail("%s holds a row of %s that names %s: %s", c.Feed, c.Collection, f.Login, c.Body)
			}
		}
		if kind != "account" || linked[reader] == nil {
			continue
		}
		child := portal.ID("")
		switch c.Collection {
		case wire.Children:
			child = c.Entity
		case wire.Bookings:
			if b, found, err := tx.Booking(c.Entity); err != nil {
				return err
			} else if found {
				child = b.Child
			}
		case wire.Waits:
			if w, found, err := tx.Wait(c.Entity); err != nil {
				return err
			} else if found {
				child = w.Child
			}
		}
		if child == "" || linked[reader][child] {
			continue
		}
		stillEntrusted, ever := entrusted[reader][child]
		switch last := stands[c.Feed+" "+key(c)]; {
		case !h.town.wasCut(reader, child) && !ever:
			h.fail("%s holds a %s about a child that is not its own", c.Feed, c.Collection)
		case !last.Deleted && !stillEntrusted:
			h.fail("%s still holds a %s about a child that is no longer its own", c.Feed, c.Collection)
		}
	}
	return nil
}

// agreed reports whether a row is what two accounts agreed on: a delegation
// names them to each other, and a day that one booked is the other's who pays.
func agreed(c wire.Change, reader, named portal.ID) bool {
	var d wire.Delegation
	var b wire.Booking
	switch c.Collection {
	case wire.Delegations:
		return json.Unmarshal(c.Body, &d) == nil && (d.From == reader && d.To == named || d.From == named && (d.To == reader || d.To == ""))
	case wire.Bookings:
		return json.Unmarshal(c.Body, &b) == nil && b.Payer == reader && b.By == named
	}
	return false
}
