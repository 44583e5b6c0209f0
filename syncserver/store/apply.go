package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Apply runs commands of an outbox in order, exactly once each, and says what
// was decided of them, now or before. run carries one out: what it returns as
// a *portal.Error is a refusal, which takes back what run did and is stored in
// the same transaction; other errors are faults and are not stored. Everything
// is judged by received, which tx.Now tells run.
//
// What cannot be decided ends the batch before it: a body from a newer desktop
// (portal.TooNew), a number beyond the next (portal.Gap), a number that was
// another command's (portal.OtherOutbox), a fault, and a refusal that is not
// final by its code (portal.Unavailable and the like). The verdicts before it
// are then all that is returned; only where there are none is it told as the
// error, and the results carry the outbox's mark alone.
func (s *Store) Apply(ctx context.Context, account, outbox portal.ID, envelopes []wire.Envelope, received time.Time,
	run func(tx *Tx, c wire.Command, args any) error) (wire.CommandResults, error) {
	if !outbox.Valid() {
		return wire.CommandResults{}, portal.E(portal.Invalid, "outbox")
	}
	a := &applying{account: account, outbox: outbox, run: run, received: received.UTC().Truncate(time.Microsecond)}
	for _, e := range envelopes {
		a.letters = append(a.letters, openLetter(outbox, e))
	}
	j := &job{
		steps:  len(a.letters),
		start:  a.start,
		step:   a.step,
		finish: a.finish,
		at:     func() time.Time { return a.received },
		logged: true,
		failed: func(i int, why error) {
			a.verdicts, a.mark, a.stop = a.verdicts[:min(i, len(a.verdicts))], a.kept, unavailable(why)
			for _, v := range a.verdicts {
				a.mark = max(a.mark, v.Number)
			}
		},
	}
	if err := s.writer.do(ctx, j); err != nil {
		return wire.CommandResults{}, err
	}
	results := wire.CommandResults{Mark: a.mark, Verdicts: a.verdicts}
	if len(a.verdicts) == 0 {
		results.Verdicts = []wire.Verdict{}
		return results, a.stop
	}
	return results, nil
}

// letter is an envelope opened before it reaches the writer.
type letter struct {
	number  int64
	id      portal.ID // in the log
	hash    string
	command wire.Command
	args    any
	refusal *portal.Error // of the decoder
	tooNew  bool
}

func openLetter(outbox portal.ID, e wire.Envelope) letter {
	sum := sha256.Sum256(e.Body)
	l := letter{number: e.Number, hash: base64.RawStdEncoding.EncodeToString(sum[:])}
	var err error
	l.command, l.args, err = wire.ReadCommand(e.Body)
	l.id = l.command.ID
	if !l.id.Valid() {
		l.command.ID, l.id = "", nameless(outbox, e.Number)
	}
	if err != nil {
		l.refusal, l.args = refusalOf(err), nil
		l.tooNew = l.refusal.Code == portal.TooNew
		l.command.Type = ""
	}
	return l
}

func refusalOf(err error) *portal.Error {
	if e, ok := err.(*portal.Error); ok {
		return e
	}
	return portal.E(portal.Invalid, "")
}

// nameless is the log's id of a command whose own cannot be used.
func nameless(outbox portal.ID, number int64) portal.ID {
	return outbox + "/" + portal.ID(strconv.FormatInt(number, 10))
}

// applying is one call of Apply in the writer. A transaction that is thrown
// away starts it again.
type applying struct {
	account, outbox portal.ID
	received        time.Time
	letters         []letter
	run             func(tx *Tx, c wire.Command, args any) error

	log      map[portal.ID]logRow // what of its letters was decided before, or is in this transaction
	known    bool                 // the outbox has a row
	kept     int64                // its mark in the database
	mark     int64                // its mark as this transaction leaves it
	verdicts []wire.Verdict
	stop     error
}

func (a *applying) start(tx *Tx, from int) error {
	a.verdicts, a.stop = a.verdicts[:min(from, len(a.verdicts))], nil
	var row struct {
		Account portal.ID `db:"account"`
		Mark    int64     `db:"mark"`
	}
	ids := make([]portal.ID, len(a.letters))
	for i, l := range a.letters {
		ids[i] = l.id
	}
	var logged []logRow
	if err := tx.Together(
		func() (err error) {
			a.known, err = tx.get(&row, "SELECT account, mark FROM outboxes WHERE id = ?", a.outbox)
			return err
		},
		func() (err error) { logged, err = selectIn[logRow](tx, selectLogged, ids[from:]); return err },
	); err != nil {
		return err
	}
	a.log = make(map[portal.ID]logRow, len(logged))
	for _, r := range logged {
		a.log[r.ID] = r
	}
	a.kept, a.mark = row.Mark, row.Mark
	if a.known && row.Account != a.account {
		a.kept, a.mark, a.stop = 0, 0, portal.E(portal.Forbidden, "outbox")
	}
	return nil
}

func (a *applying) finish(tx *Tx) error {
	if a.mark == a.kept {
		return nil
	}
	return tx.write("INSERT INTO outboxes (id, account, mark) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark",
		a.outbox, a.account, a.mark)
}

// step decides one letter, or says why not.
func (a *applying) step(tx *Tx, i int) (stop bool, err error) {
	if a.stop != nil {
		return true, nil
	}
	l := a.letters[i]
	mark := strconv.FormatInt(a.mark, 10)
	var v *wire.Verdict
	switch {
	case l.number < 1:
		a.stop = portal.E(portal.Invalid, "number")
	case l.number > a.mark+1:
		a.stop = portal.E(portal.Gap, "number", "mark", mark)
	case l.number <= a.mark:
		if v, err = a.logged(tx, l); err == nil && v == nil {
			v, err = a.forgotten(tx, l)
		}
		if err == nil && v == nil {
			a.stop = portal.E(portal.OtherOutbox, "number", "mark", mark)
		}
	case l.tooNew:
		a.stop = l.refusal
	default:
		v, err = a.decide(tx, l)
	}
	if err != nil {
		return false, err
	}
	if v == nil {
		return true, nil
	}
	a.mark = max(a.mark, l.number)
	a.verdicts = append(a.verdicts, *v)
	return false, nil
}

type logRow struct {
	ID       portal.ID `db:"id"`
	Number   int64     `db:"number"`
	Account  portal.ID `db:"account"`
	Hash     string    `db:"hash"`
	Verdict  string    `db:"verdict"`
	Received int64     `db:"received"`
}

// verdict is what a row of the log says, to whoever asks under a number.
func (r logRow) verdict(number int64) (wire.Verdict, error) {
	v := wire.Verdict{Command: r.ID, Number: number, Accepted: r.Verdict == "", Received: r.Received}
	if strings.Contains(string(r.ID), "/") {
		v.Command = "" // it had none that could be used
	}
	if r.Verdict != "" {
		v.Error = new(portal.Error)
		if err := json.Unmarshal([]byte(r.Verdict), v.Error); err != nil {
			return v, fmt.Errorf("store: a stored verdict cannot be read: %w", err)
		}
	}
	return v, nil
}

// logged finds what was decided of the very same command, nil when there is no
// such thing.
func (a *applying) logged(tx *Tx, l letter) (*wire.Verdict, error) {
	row, found := a.log[l.id]
	if !found || row.Account != a.account || row.Hash != l.hash {
		return nil, nil
	}
	v, err := row.verdict(l.number)
	return &v, tx.fail(err)
}

// forgotten answers a command that was decided so long ago that its verdict is
// no longer kept: what it was cannot be said, only that it is not applied now
// (told as OtherOutbox it would come again in a new outbox, and be applied
// twice). It is nil where the number is another command's.
func (a *applying) forgotten(tx *Tx, l letter) (*wire.Verdict, error) {
	var other portal.ID
	found, err := tx.get(&other, "SELECT id FROM commands WHERE outbox = ? AND number = ?", a.outbox, l.number)
	if err != nil || found {
		return nil, err
	}
	if _, known := a.log[l.id]; known {
		return nil, nil // a row that went to another outbox with its command is not a verdict lost
	}
	return &wire.Verdict{Command: l.command.ID, Number: l.number, Error: portal.E(portal.NotFound, "command"), Received: a.received.UnixMicro()}, nil
}

// decide carries out a command that stands next in its outbox.
func (a *applying) decide(tx *Tx, l letter) (*wire.Verdict, error) {
	if _, known := a.log[l.id]; known {
		v, err := a.logged(tx, l)
		if err != nil {
			return nil, err
		}
		if v != nil {
			// The same command came in another outbox before: it answers, and
			// stands under this number from now on.
			return v, tx.write("UPDATE commands SET outbox = ?, number = ? WHERE id = ?", a.outbox, l.number, l.id)
		}
		// The id is another command's.
		l.id, l.refusal = nameless(a.outbox, l.number), portal.E(portal.Invalid, "id")
	}
	if err := a.enter(tx, l); err != nil {
		return nil, err
	}
	var err error
	refusal := l.refusal
	if refusal == nil {
		refusal, err = a.blocked(tx, l.command.Needs)
	}
	if err == nil && refusal == nil {
		refusal, err = tx.savepoint(func() error { return a.run(tx, l.command, l.args) })
	}
	if err != nil {
		return nil, err
	}
	if refusal != nil && !final(refusal.Code) {
		a.stop = refusal
		return nil, tx.write("DELETE FROM commands WHERE id = ?", l.id)
	}
	v := wire.Verdict{Command: l.command.ID, Number: l.number, Accepted: refusal == nil, Error: refusal, Received: a.received.UnixMicro()}
	if refusal != nil {
		text, err := json.Marshal(refusal)
		if err != nil {
			return nil, tx.fail(err)
		}
		if err := tx.write("UPDATE commands SET verdict = ? WHERE id = ?", string(text), l.id); err != nil {
			return nil, err
		}
		row := a.log[l.id]
		row.Verdict = string(text)
		a.log[l.id] = row
	}
	return &v, nil
}

// enter writes a command into the log as accepted. An id that is there although
// nobody found it, as where the outbox's mark and its log disagree, is a fault.
func (a *applying) enter(tx *Tx, l letter) error {
	a.log[l.id] = logRow{ID: l.id, Number: l.number, Account: a.account, Hash: l.hash, Received: a.received.UnixMicro()}
	return tx.write(`INSERT INTO commands (id, outbox, number, account, type, hash, verdict, received) VALUES (?, ?, ?, ?, ?, ?, '', ?)`,
		l.id, a.outbox, l.number, a.account, l.command.Type, l.hash, a.received)
}

// blocked refuses a command that builds on a refused one.
func (a *applying) blocked(tx *Tx, needs []portal.ID) (*portal.Error, error) {
	for _, id := range needs {
		var verdict string
		if _, err := tx.get(&verdict, "SELECT verdict FROM commands WHERE id = ? AND account = ?", id, a.account); err != nil {
			if portal.CodeOf(err) == portal.Invalid {
				return portal.E(portal.Invalid, "needs"), nil
			}
			return nil, err
		}
		if verdict != "" {
			return portal.E(portal.BlockedBy, "", "command", string(id)), nil
		}
	}
	return nil, nil
}

// final reports whether a refusal with this code may stand for ever. The
// others say that the command could not be judged now.
func final(code portal.Code) bool {
	switch code {
	case portal.Unavailable, portal.Internal, portal.TooNew, portal.Throttled, portal.Unauthorized:
		return false
	}
	return true
}
