package wire

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"parvis/shared/portal"
)

// Names of the parameters of GET /v1/pull.
const (
	pullEpoch  = "epoch"
	pullRun    = "run"
	pullAt     = "at" // feed@seq, comma-joined, sorted by feed
	pullOutbox = "outbox"
	pullNumber = "number"
)

// Limits of a pull's query. An agent may hold many families' files; nobody
// holds thousands.
const (
	maxPullFeeds = 1000
	maxPullName  = 200
)

// A feed's name is the server's own, so it is kept readable in the query; only
// what would part it from its neighbours is escaped.
var escapeFeed = strings.NewReplacer("%", "%25", ",", "%2C", "@", "%40")

// EncodePull writes a pull as the query of GET /v1/pull. What is zero is left
// out, so that the zero Pull has an empty query.
func EncodePull(p Pull) url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set(pullEpoch, p.Cursor.Epoch)
	set(pullRun, p.Cursor.Run)
	at := make([]string, 0, len(p.Cursor.Feeds))
	for feed, seq := range p.Cursor.Feeds {
		at = append(at, escapeFeed.Replace(feed)+"@"+strconv.FormatInt(seq, 10))
	}
	slices.Sort(at)
	set(pullAt, strings.Join(at, ","))
	set(pullOutbox, string(p.Outbox))
	if p.Number != 0 {
		set(pullNumber, strconv.FormatInt(p.Number, 10))
	}
	return v
}

// DecodePull reads what EncodePull wrote. A parameter of a newer desktop is
// TooNew, anything else amiss is Invalid at its parameter.
func DecodePull(v url.Values) (Pull, *portal.Error) {
	var p Pull
	// In a fixed order, so that the same query always has the same answer.
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if len(v[name]) != 1 {
			return Pull{}, portal.E(portal.Invalid, name)
		}
		value, ok := v[name][0], true
		switch name {
		case pullEpoch:
			p.Cursor.Epoch, ok = value, len(value) <= maxPullName
		case pullRun:
			p.Cursor.Run, ok = value, len(value) <= maxPullName
		case pullAt:
			p.Cursor.Feeds, ok = readFeeds(value)
		case pullOutbox:
			p.Outbox, ok = portal.ID(value), value == "" || portal.ID(value).Valid()
		case pullNumber:
			p.Number, ok = readSeq(value)
		default:
			return Pull{}, portal.E(portal.TooNew, name)
		}
		if !ok {
			return Pull{}, portal.E(portal.Invalid, name)
		}
	}
	return p, nil
}

func readFeeds(s string) (map[string]int64, bool) {
	if s == "" {
		return nil, true
	}
	if strings.Count(s, ",") >= maxPullFeeds {
		return nil, false
	}
	feeds := map[string]int64{}
	for part := range strings.SplitSeq(s, ",") {
		name, seq, found := strings.Cut(part, "@")
		feed, err := url.PathUnescape(name)
		n, ok := readSeq(seq)
		_, twice := feeds[feed]
		if !found || err != nil || !ok || twice || feed == "" || len(feed) > maxPullName {
			return nil, false
		}
		feeds[feed] = n
	}
	return feeds, true
}

// readSeq reads a number written the one way it can be, and never below zero.
func readSeq(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0 && strconv.FormatInt(n, 10) == s
}
