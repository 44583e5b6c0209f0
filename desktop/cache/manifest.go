package cache

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// format is the version of the file's inner shape. A newer one is left alone
// by an older program.
const format = 1

// manifest is what the file must hold: it is sealed and written anew in every
// transaction, so that whatever does not match it was not written by us.
type manifest struct {
	Format   int         `json:"format"`
	Revision int64       `json:"revision"` // of the last transaction
	Cursor   wire.Cursor `json:"cursor"`
	Parts    []part      `json:"parts"`
	Outbox   portal.ID   `json:"outbox"`   // the outbox's id on the server
	Numbered int64       `json:"numbered"` // the highest number given in it
	Decided  int64       `json:"decided"`  // the highest number that has left it
	Contact  int64       `json:"contact"`  // microseconds UTC, 0 for never

	OutboxTally tally   `json:"outbox_tally"`
	ThingsTally tally   `json:"things_tally"`
	OutboxRows  []int64 `json:"outbox_rows"` // numbers of the rows that are there
	ThingsRows  []int64 `json:"things_rows"`
}

// part is one collection of one feed. The places of parts do not change while
// a cache is open: the index of rows names them by it.
type part struct {
	Feed       string `json:"feed"`
	Collection string `json:"collection"`
	tally
}

// MarshalJSON keeps the embedded tally from being read as the part itself.
func (p part) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{p.Feed, p.Collection, p.Count, p.Low, p.High})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *part) UnmarshalJSON(raw []byte) error {
	return json.Unmarshal(raw, &[]any{&p.Feed, &p.Collection, &p.Count, &p.Low, &p.High})
}

// state is what a transaction may change of the small things in memory: it
// works on a copy, which replaces the original once the commit has succeeded.
type state struct {
	manifest
	outbox  []command
	refused []Refusal
	uploads []Upload
	files   []kept
}

func (s state) clone() state {
	s.Cursor.Feeds = maps.Clone(s.Cursor.Feeds)
	if s.Cursor.Feeds == nil {
		s.Cursor.Feeds = map[string]int64{}
	}
	s.Parts = slices.Clone(s.Parts)
	s.outbox = slices.Clone(s.outbox)
	s.refused = slices.Clone(s.refused)
	return s
}

// stored is where a sealed record lies, and its hash in the tally.
type stored struct {
	id   int64
	mark mark
}

// rowKey names a row of a feed: the place of its part, and the entity.
type rowKey struct {
	part   int32
	entity portal.ID
}

// thingKey names a local thing.
type thingKey struct{ kind, key string }

// fromMicros is an instant as the manifest keeps it.
func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
