package store

import (
	"parvis/shared/bookings"
	"parvis/shared/portal"
)

// SetSeed keeps the seed of an opening's draw; the one that is there stays.
func (tx *Tx) SetSeed(opening portal.ID, seed string) error {
	err := tx.write(`INSERT INTO opening_seeds (opening, seed) VALUES (?, ?) ON CONFLICT (opening) DO NOTHING`, opening, seed)
	return err
}

// Seed is the seed of an opening's draw, "" where none was made.
func (tx *Tx) Seed(opening portal.ID) (seed string, err error) {
	_, err = tx.get(&seed, `SELECT seed FROM opening_seeds WHERE opening = ?`, opening)
	return seed, err
}

// DropSeed forgets the seed of an opening that is taken back.
func (tx *Tx) DropSeed(opening portal.ID) error {
	err := tx.write(`DELETE FROM opening_seeds WHERE opening = ?`, opening)
	return err
}

// PreparedGroup is days that a family has prepared before they open.
type PreparedGroup struct {
	ID      portal.ID `db:"id"`
	Account portal.ID `db:"account"`
	At      int64     `db:"at"`
	Dropped int64     `db:"dropped"` // when it was sent or thrown away; 0 while it waits
	Body    string    `db:"body"`    // wire.PreparedGroup, as JSON; "" once it is gone
}

// SavePrepared writes a prepared group.
func (tx *Tx) SavePrepared(g PreparedGroup) error {
	err := tx.write(`INSERT INTO prepared_groups (id, account, at, dropped, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at, dropped = excluded.dropped, body = excluded.body`, g.ID, g.Account, g.At, g.Dropped, g.Body)
	tx.Touch("prepared", g.ID)
	return err
}

// Prepared finds a prepared group, also one that is gone.
func (tx *Tx) Prepared(id portal.ID) (g PreparedGroup, found bool, err error) {
	found, err = tx.get(&g, `SELECT id, account, at, dropped, body FROM prepared_groups WHERE id = ?`, id)
	return
}

// PreparedOf lists those of an account that wait.
func (tx *Tx) PreparedOf(account portal.ID) (out []PreparedGroup, err error) {
	err = tx.all(&out, `SELECT id, account, at, dropped, body FROM prepared_groups WHERE account = ? AND dropped = 0 ORDER BY id`, account)
	return
}

// ForgetPrepared forgets those of before an instant, at most limit.
func (tx *Tx) ForgetPrepared(before int64, limit int) (int64, error) {
	return tx.dropPrepared(`SELECT id FROM prepared_groups WHERE at < ? AND dropped < ? ORDER BY at LIMIT ?`, before, before, limit)
}

// DropPreparedOf forgets all of an account.
func (tx *Tx) DropPreparedOf(account portal.ID) error {
	_, err := tx.dropPrepared(`SELECT id FROM prepared_groups WHERE account = ? ORDER BY id`, account)
	return err
}

func (tx *Tx) dropPrepared(query string, args ...any) (int64, error) {
	var ids []portal.ID
	if err := tx.all(&ids, query, args...); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := tx.write(`DELETE FROM prepared_groups WHERE id = ?`, id); err != nil {
			return 0, err
		}
		tx.Touch("prepared", id)
	}
	return int64(len(ids)), nil
}

// Ask is what an account asks for a child in an opening whose places are drawn.
type Ask struct {
	ID      portal.ID `db:"id"`
	Opening portal.ID `db:"opening"`
	Account portal.ID `db:"account"`
	Child   portal.ID `db:"child"`
	Lots    string    `db:"lots"` // []bookings.Lot, as JSON
	At      int64     `db:"at"`
	// Points, Met (keys of criteria, as JSON) and Number are fixed when the draw
	// begins; until then Number is "".
	Points int    `db:"points"`
	Met    string `db:"met"`
	Number string `db:"number"`
	// Turn is its place in the draw and Results what became of its days
	// ([]wire.AskResult, as JSON), once its turn has come.
	Turn    int    `db:"turn"`
	Results string `db:"results"`
}

// Drawn is what decides its turn.
func (a Ask) Drawn() bookings.Drawn {
	return bookings.Drawn{Ask: a.ID, Points: a.Points, Number: a.Number}
}

const askColumns = `id, opening, account, child, lots, at, points, met, number, turn, results`

// SaveAsk writes an ask, as it was made or as the draw goes on.
func (tx *Tx) SaveAsk(a Ask) error {
	err := tx.write(`INSERT INTO opening_asks (`+askColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET lots = excluded.lots, at = excluded.at, points = excluded.points, met = excluded.met, number = excluded.number,
			turn = excluded.turn, results = excluded.results`,
		a.ID, a.Opening, a.Account, a.Child, a.Lots, a.At, a.Points, a.Met, a.Number, a.Turn, a.Results)
	tx.Touch("opening_ask", a.ID)
	return err
}

// DropAsk takes an ask away.
func (tx *Tx) DropAsk(id portal.ID) error {
	err := tx.write(`DELETE FROM opening_asks WHERE id = ?`, id)
	tx.Touch("opening_ask", id)
	return err
}

// Ask finds an ask.
func (tx *Tx) Ask(id portal.ID) (a Ask, found bool, err error) {
	found, err = tx.get(&a, `SELECT `+askColumns+` FROM opening_asks WHERE id = ?`, id)
	return
}

// AsksOf lists those of an account.
func (tx *Tx) AsksOf(account portal.ID) (out []Ask, err error) {
	err = tx.all(&out, `SELECT `+askColumns+` FROM opening_asks WHERE account = ? ORDER BY id`, account)
	return
}

// AsksIn lists those of an opening in the order of its draw, which it has once all
// have their number.
func (tx *Tx) AsksIn(opening portal.ID) (out []Ask, err error) {
	err = tx.all(&out, `SELECT `+askColumns+` FROM opening_asks WHERE opening = ? ORDER BY points DESC, number, id`, opening)
	return
}

// AsksWithoutNumber lists some of those that the draw has not begun with.
func (tx *Tx) AsksWithoutNumber(opening portal.ID, limit int) (out []Ask, err error) {
	err = tx.all(&out, `SELECT `+askColumns+` FROM opening_asks WHERE opening = ? AND number = '' ORDER BY id LIMIT ?`, opening, limit)
	return
}

// NextAsks lists those whose turn comes next in a draw, some at most.
func (tx *Tx) NextAsks(opening portal.ID, limit int) (out []Ask, err error) {
	err = tx.all(&out, `SELECT `+askColumns+` FROM opening_asks WHERE opening = ? AND turn = 0 ORDER BY points DESC, number, id LIMIT ?`, opening, limit)
	return
}

// CountAsks is how many an opening has, how many have their number, and how many
// their turn behind them.
func (tx *Tx) CountAsks(opening portal.ID) (all, numbered, done int, err error) {
	var n struct {
		All      int `db:"n"`
		Numbered int `db:"numbered"`
		Done     int `db:"done"`
	}
	_, err = tx.get(&n, `SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN number <> '' THEN 1 ELSE 0 END), 0) AS numbered,
		COALESCE(SUM(CASE WHEN turn > 0 THEN 1 ELSE 0 END), 0) AS done FROM opening_asks WHERE opening = ?`, opening)
	return n.All, n.Numbered, n.Done, err
}

// DropAsksOf takes away what an account asks for and no draw has answered.
func (tx *Tx) DropAsksOf(account portal.ID) error {
	all, err := tx.AsksOf(account)
	for _, a := range all {
		if err == nil {
			err = tx.DropAsk(a.ID)
		}
	}
	return err
}

// ForgetAsks forgets asks last changed before an instant, at most limit: what the
// draw gave stays booked.
func (tx *Tx) ForgetAsks(before int64, limit int) (int64, error) {
	var ids []portal.ID
	if err := tx.all(&ids, `SELECT id FROM opening_asks WHERE at < ? AND turn > 0 ORDER BY at LIMIT ?`, before, limit); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := tx.DropAsk(id); err != nil {
			return 0, err
		}
	}
	return int64(len(ids)), nil
}

// Priority is why a child comes first in draws.
type Priority struct {
	Child  portal.ID `db:"child"`
	Agent  portal.ID `db:"agent"`
	Reason string    `db:"reason"`
	At     int64     `db:"at"`
}

// SavePriority lets a child come first.
func (tx *Tx) SavePriority(p Priority) error {
	err := tx.write(`INSERT INTO child_priorities (child, agent, reason, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (child) DO UPDATE SET agent = excluded.agent, reason = excluded.reason, at = excluded.at`, p.Child, p.Agent, p.Reason, p.At)
	tx.Touch("child", p.Child)
	return err
}

// DropPriority lets it no longer.
func (tx *Tx) DropPriority(child portal.ID) error {
	err := tx.write(`DELETE FROM child_priorities WHERE child = ?`, child)
	tx.Touch("child", child)
	return err
}

// PriorityOf finds why a child comes first; false where it does not.
func (tx *Tx) PriorityOf(child portal.ID) (p Priority, found bool, err error) {
	found, err = tx.get(&p, `SELECT child, agent, reason, at FROM child_priorities WHERE child = ?`, child)
	return
}

// openingContradictions is what contradicts openings, drafts and draws.
var openingContradictions = []struct{ what, query string }{
	{"prepared group %s was sent and still waits", `SELECT p.id FROM prepared_groups p JOIN booking_groups g ON g.id = p.id WHERE p.dropped = 0`},
	{"ask %s had its turn without a number", `SELECT id FROM opening_asks WHERE turn > 0 AND number = ''`},
	{"the opening of ask %s gives its turn twice", `SELECT MIN(id) FROM opening_asks WHERE turn > 0 GROUP BY opening, turn HAVING COUNT(*) > 1`},
	{"ask %s had its turn before another that comes first", `SELECT a.id FROM opening_asks a JOIN opening_asks b ON b.opening = a.opening
		WHERE a.turn > 0 AND b.number <> '' AND (b.turn = 0 OR b.turn > a.turn) AND (b.points > a.points OR b.points = a.points AND b.number < a.number)`},
	{"opening %s tells a seed that is not the one it has bound itself to", `SELECT opening FROM opening_seeds WHERE seed = ''`},
	{"child %s comes first and is not there", `SELECT child FROM child_priorities WHERE child NOT IN (SELECT id FROM children)`},
}
