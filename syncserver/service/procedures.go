package service

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"

	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// former is a version of a procedure that is no longer the newest. It is
// parsed when a request first needs it.
type former struct {
	until portal.Date
	parse func() (*requests.Procedure, error)
}

// Publish gives the town procedures of the catalogue: those it lacks, newer
// versions, and better words of the same version where the town has not
// changed them. The version before is kept for good, and taken for a while.
func Publish(tx *store.Tx, procedures []*requests.Procedure) error {
	for _, p := range procedures {
		if err := publish(tx, p); err != nil {
			return fmt.Errorf("procedure %s: %w", p.ID, err)
		}
	}
	return nil
}

func publish(tx *store.Tx, p *requests.Procedure) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	mark := "catalogue:" + p.ID
	var standing json.RawMessage
	found, err := tx.Fact(wire.Procedures, portal.ID(p.ID), &standing)
	if err != nil {
		return err
	}
	if found && bytes.Equal(standing, raw) {
		return nil
	}
	if found {
		was, err := requests.ParseFeed(standing)
		if err != nil {
			return err
		}
		ours, marked, err := tx.Meta(mark)
		if err != nil {
			return err
		}
		switch untouched := !marked || ours == digest(standing); {
		case was.Version > p.Version:
			return nil
		case was.Version == p.Version && (!untouched || !requests.SameForm(was, p)):
			// Requests were made with what stands: another form under the same
			// number would put answers under other questions. The catalogue's own
			// test sees to it that a changed form has a new one.
			return nil
		case was.Version < p.Version:
			today := portal.DateOf(tx.Now())
			kept := requests.Former{Procedure: standing, Until: p.Grace(today)}
			if err := tx.PutFact(wire.FormerProcedures, wire.FormerKey(was.ID, was.Version), kept); err != nil {
				return err
			}
		}
	}
	if err := tx.PutFact(wire.Procedures, portal.ID(p.ID), json.RawMessage(raw)); err != nil {
		return err
	}
	return tx.SetMeta(mark, digest(raw))
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// formers reads the versions that are no longer the newest.
func formers(tx *store.Tx) (map[portal.ID]former, error) {
	out := map[portal.ID]former{}
	err := each(tx, wire.FormerProcedures, func(id portal.ID, f requests.Former) {
		out[id] = former{f.Until, sync.OnceValues(func() (*requests.Procedure, error) { return requests.ParseFeed(f.Procedure) })}
	})
	return out, err
}

// procedure is the version of a procedure that a request was made with.
func (f *townFacts) procedure(id string, version int) (*requests.Procedure, error) {
	if p, ok := f.procedures[id]; ok && p.Version == version {
		return p, nil
	}
	old, ok := f.formers[wire.FormerKey(id, version)]
	if !ok {
		return nil, portal.E(portal.NotFound, "procedure")
	}
	return old.parse()
}

// taken is the version by which a form is judged that is sent on a day: the
// one it was written in, while that is still taken. Otherwise the error tells
// what has changed since.
func (f *townFacts) taken(id string, version int, today portal.Date) (*requests.Procedure, error) {
	now, ok := f.procedures[id]
	switch {
	case !ok || !now.Online:
		return nil, portal.E(portal.NotFound, "procedure")
	case now.Version == version:
		return now, nil
	}
	old, ok := f.formers[wire.FormerKey(id, version)]
	if !ok {
		return nil, portal.E(portal.Conflict, "version")
	}
	p, err := old.parse()
	if err != nil || today <= old.until {
		return p, err
	}
	changed := requests.Compare(p, now)
	return nil, portal.E(requests.FormChanged, "version", "version", strconv.Itoa(now.Version), "until", string(old.until),
		"fr", changed.In("fr"), "en", changed.In("en"))
}
