package wire

import (
	"testing"

	"parvis/shared/documents"
	"parvis/shared/portal"
)

func TestContentRangesComeBackAsTheyWere(t *testing.T) {
	for _, r := range []ContentRange{{0, 1, 1}, {0, 10, 100}, {90, 10, 100}, {100, 0, 100}} {
		if got, e := ParseContentRange(r.String()); e != nil || got != r {
			t.Errorf("%s is read as %+v, %v", r, got, e)
		}
	}
}

func FuzzParseContentRange(f *testing.F) {
	for _, s := range []string{"bytes 0-9/10", "bytes */10", "bytes 9-0/10", "bytes 0-9/*", "bytes -1-2/3", "bytes 0-99999999999999999999/1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, e := ParseContentRange(s)
		if e != nil {
			return
		}
		if r.From < 0 || r.Size < 0 || r.Total < 0 || r.From+r.Size > r.Total {
			t.Fatalf("%q is %+v", s, r)
		}
	})
}

func TestABadgeChangesWithTheDay(t *testing.T) {
	for _, c := range []struct {
		q     QueueDocument
		today portal.Date
		want  documents.Status
	}{
		{QueueDocument{}, "2026-11-16", documents.Missing},
		{QueueDocument{ToCheck: 1, Rejected: true}, "2026-11-16", documents.Submitted},
		{QueueDocument{Rejected: true}, "2026-11-16", documents.Rejected},
		{QueueDocument{Valid: true}, "2099-01-01", documents.Valid},
		{QueueDocument{Valid: true, Until: "2026-11-16", ToCheck: 1}, "2026-11-16", documents.Valid},
		{QueueDocument{Valid: true, Until: "2026-11-16", ToCheck: 1}, "2026-11-17", documents.Submitted},
		{QueueDocument{Valid: true, Until: "2026-11-16"}, "2026-11-17", documents.Expired},
	} {
		if got := c.q.Status(c.today); got != c.want {
			t.Errorf("%+v on %s is %s", c.q, c.today, got)
		}
	}
}
