package bookings

import (
	"slices"
	"strconv"
	"time"

	"parvis/shared/portal"
)

// Why a day cannot be booked because of when its booking opens.
const (
	// OpensLater means that it can be booked from an instant on, or asked for where
	// Args has a mode. Args: at (RFC 3339, Paris), mode.
	OpensLater portal.Code = "opens_later"
	// AskedFor means that days are asked for until an instant, and given by a draw
	// after it. Args: until (RFC 3339, Paris).
	AskedFor portal.Code = "asked_for"
	// BeingDrawn means that asking is over, and the draw not yet.
	BeingDrawn portal.Code = "being_drawn"
	// NotAskedFor means that days are asked for that are given in no draw.
	NotAskedFor portal.Code = "not_asked_for"
)

// OpeningMode is how places are given once an opening's hour has come.
type OpeningMode string

// The modes.
const (
	FirstCome OpeningMode = ""       // to who books first
	Pooled    OpeningMode = "pooled" // asked for during some days, then drawn
)

// Opening says from when on days of an activity can be booked: without one, at
// any time before their cut-off.
type Opening struct {
	ID       portal.ID     `json:"id"`
	Activity portal.ID     `json:"activity"`
	Period   portal.Period `json:"period"` // the days it is about
	Opens    int64         `json:"opens"`  // microseconds UTC
	Mode     OpeningMode   `json:"mode,omitempty"`
	// Until is when asking ends, and Criteria what comes before the draw, of an
	// opening whose places are drawn.
	Until    int64       `json:"until,omitempty"`
	Criteria []Criterion `json:"criteria,omitempty"`
	// Commitment is the SHA-256 of the seed of the draw, told from the beginning;
	// Seed the seed itself, told once it is drawn, at Drawn.
	Commitment string `json:"commitment,omitempty"`
	Seed       string `json:"seed,omitempty"`
	Drawn      int64  `json:"drawn,omitempty"`
}

// At is when it opens.
func (o Opening) At() time.Time { return time.UnixMicro(o.Opens) }

// Ends is when asking ends.
func (o Opening) Ends() time.Time { return time.UnixMicro(o.Until) }

// Shut is nil where a day of it may be booked at an instant, or why not.
func (o Opening) Shut(now time.Time) *portal.Error {
	said := func(at int64) string { return time.UnixMicro(at).In(portal.Paris).Format(time.RFC3339) }
	switch {
	case now.UnixMicro() < o.Opens && o.Mode == Pooled:
		return portal.E(OpensLater, "day", "at", said(o.Opens), "mode", string(o.Mode))
	case now.UnixMicro() < o.Opens:
		return portal.E(OpensLater, "day", "at", said(o.Opens))
	case o.Mode != Pooled || o.Drawn != 0:
		return nil
	case now.UnixMicro() < o.Until:
		return portal.E(AskedFor, "day", "until", said(o.Until))
	}
	return portal.E(BeingDrawn, "day")
}

// Asking reports whether days of it may be asked for at an instant.
func (o Opening) Asking(now time.Time) bool {
	e := o.Shut(now)
	return e != nil && e.Code == AskedFor
}

// OpeningOf is the opening of a day at an activity, nil where it has none. Of
// several the last to open counts.
func OpeningOf(all []Opening, activity portal.ID, day portal.Date) (of *Opening) {
	for i := range all {
		if o := &all[i]; o.Activity == activity && o.Period.Has(day) && (of == nil || o.Opens > of.Opens) {
			of = o
		}
	}
	return of
}

// longestOpening is for how many days at most one may ask.
const longestOpening = 92 * 24 * time.Hour

// Check is what is wrong with an opening that is to be announced, nil where
// nothing is. Whether its activity exists is for who knows them to say.
func (o Opening) Check() *portal.Error {
	switch {
	case !o.Period.From.Valid():
		return portal.E(portal.Invalid, "period.from")
	case !o.Period.To.Valid() || o.Period.To < o.Period.From || o.Period.From.DaysUntil(o.Period.To) > longest:
		return portal.E(portal.Invalid, "period.to")
	case o.Opens <= 0 || portal.DateOf(o.At()) >= o.Period.From:
		return portal.E(portal.Invalid, "opens") // it opens before its days
	case o.Mode != FirstCome && o.Mode != Pooled:
		return portal.E(portal.Invalid, "mode")
	case o.Mode == FirstCome && (o.Until != 0 || len(o.Criteria) > 0):
		return portal.E(portal.Invalid, "until")
	case o.Mode == Pooled && (o.Until <= o.Opens || o.Ends().Sub(o.At()) > longestOpening || portal.DateOf(o.Ends()) >= o.Period.From):
		return portal.E(portal.Invalid, "until")
	}
	seen := map[string]bool{}
	for i, c := range o.Criteria {
		if !slices.Contains(CriterionKeys, c.Key) || seen[c.Key] || c.Points < 1 || c.Points > mostPoints {
			return portal.E(portal.Invalid, "criteria."+strconv.Itoa(i))
		}
		seen[c.Key] = true
	}
	return nil
}

// opening is nil where the day is open to be booked, as far as its opening goes.
func (s Situation) opening() *portal.Error {
	if o := OpeningOf(s.Openings, s.Activity.ID, s.Day); o != nil && o.ID != s.Drawing {
		return o.Shut(s.Now)
	}
	return nil
}

// CheckAsk is nil when a day may be asked for now, or why not: as it may be
// booked, but that places and money are for the draw to see.
func (s Situation) CheckAsk() *portal.Error {
	o := OpeningOf(s.Openings, s.Activity.ID, s.Day)
	if o == nil {
		return portal.E(NotAskedFor, "day")
	}
	if e := s.CheckDay(); e != nil {
		return e
	}
	switch e := o.Shut(s.Now); {
	case e == nil:
		return portal.E(NotAskedFor, "day")
	case e.Code != AskedFor:
		return e
	}
	return nil
}
