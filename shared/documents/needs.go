package documents

import (
	"cmp"
	"slices"

	"parvis/shared/portal"
	"parvis/shared/requests"
)

// Asked is a document that a request asks for, fixed when it was sent: a later
// version of its procedure changes nothing.
type Asked struct {
	Kind          string `json:"kind"`
	Indispensable bool   `json:"indispensable,omitempty"`
}

// AskedBy is what a procedure asks for, given the answers of a request sent on
// a day.
func AskedBy(p *requests.Procedure, answers requests.Answers, sent portal.Date) []Asked {
	var out []Asked
	for _, d := range requests.DocumentsFor(p, answers, requests.Context{Today: sent}) {
		out = append(out, Asked{d.Kind, d.Indispensable})
	}
	return out
}

// Waiting is a request that nobody has decided yet, as far as documents are
// concerned.
type Waiting struct {
	Request portal.ID
	Child   portal.ID
	Asked   []Asked
}

// Kinds is the town's kinds of documents by id.
type Kinds map[string]requests.DocumentKind

// Of is a kind; one that the town no longer has is about nobody and serves for
// ever.
func (k Kinds) Of(id string) requests.DocumentKind {
	if kind, ok := k[id]; ok {
		return kind
	}
	return requests.DocumentKind{ID: id}
}

// Need is what a request's asking for a kind comes to.
func (k Kinds) Need(kind string, child portal.ID) Need { return NeedOf(k.Of(kind), child) }

// Item is one line of the list of documents: something to give, or something
// given.
type Item struct {
	Need
	Status Status
	// Document is the one given; nil when it is missing.
	Document *Document
	// Requests is which wait for a document of this need, in the order given.
	Requests []portal.ID
	// Indispensable: one of them cannot go on without it.
	Indispensable bool
}

// Groups is an account's documents as they are shown.
type Groups struct {
	ToGive  []Item // missing ones, and rejected ones with their reason
	ToCheck []Item
	Valid   []Item
	Expired []Item
}

// All is every line, in the order of the groups.
func (g Groups) All() []Item { return slices.Concat(g.ToGive, g.ToCheck, g.Valid, g.Expired) }

// Group sorts an account's documents and what its requests wait for, on a day.
//
// A need that a valid or a submitted document answers is not asked for again.
// Of several valid documents of one need the one that serves longest stands
// for all; an expired or rejected one goes once something newer took its
// place.
func Group(kinds Kinds, given []Document, waiting []Waiting, today portal.Date) Groups {
	needs := map[Need]*need{}
	var order []Need
	at := func(n Need) *need {
		if needs[n] == nil {
			needs[n] = &need{}
			order = append(order, n)
		}
		return needs[n]
	}
	for _, w := range waiting {
		for _, a := range w.Asked {
			n := at(kinds.Need(a.Kind, w.Child))
			if !slices.Contains(n.requests, w.Request) {
				n.requests = append(n.requests, w.Request)
			}
			n.indispensable = n.indispensable || a.Indispensable
		}
	}
	sent := slices.Clone(given)
	slices.SortFunc(sent, func(a, b Document) int { return cmp.Or(cmp.Compare(a.Sent, b.Sent), cmp.Compare(a.ID, b.ID)) })
	for i := range sent {
		at(sent[i].Need()).take(&sent[i], today)
	}
	var g Groups
	for _, key := range order {
		needs[key].into(&g, key)
	}
	// What was sent and is to be sent again comes before what is still to be sent.
	again := func(i Item) int {
		if i.Status == Rejected {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(g.ToGive, func(a, b Item) int { return again(a) - again(b) })
	return g
}

// need is what is known of one need.
type need struct {
	requests      []portal.ID
	indispensable bool

	valid     *Document
	expired   *Document
	rejected  *Document // the newest
	submitted []*Document
}

// take adds a document; they come in the order in which they were sent.
func (n *need) take(d *Document, today portal.Date) {
	switch d.On(today) {
	case Valid:
		if n.valid == nil || lasts(d, n.valid) {
			n.valid = d
		}
	case Expired:
		if n.expired == nil || d.Until >= n.expired.Until {
			n.expired = d
		}
	case Rejected:
		n.rejected = d
	case Submitted:
		n.submitted = append(n.submitted, d)
	}
}

// lasts reports whether a serves at least as long as b.
func lasts(a, b *Document) bool { return a.Until == "" || b.Until != "" && a.Until >= b.Until }

func (n *need) into(g *Groups, key Need) {
	item := func(s Status, d *Document, waited bool) Item {
		i := Item{Need: key, Status: s, Document: d}
		if waited {
			i.Requests, i.Indispensable = n.requests, n.indispensable
		}
		return i
	}
	answered := n.valid != nil || len(n.submitted) > 0
	newer := func(d *Document) bool { return d == nil || n.rejected.Sent > d.Sent }
	switch {
	case n.rejected != nil && len(n.submitted) == 0 && newer(n.valid) && newer(n.expired):
		// With a valid one beside it nobody waits, but its reason is to be read.
		g.ToGive = append(g.ToGive, item(Rejected, n.rejected, !answered))
	case len(n.requests) > 0 && !answered:
		g.ToGive = append(g.ToGive, item(Missing, nil, true))
	}
	for _, d := range n.submitted {
		g.ToCheck = append(g.ToCheck, item(Submitted, d, n.valid == nil))
	}
	if n.valid != nil {
		g.Valid = append(g.Valid, item(Valid, n.valid, false))
	}
	if n.expired != nil && n.valid == nil {
		g.Expired = append(g.Expired, item(Expired, n.expired, false))
	}
}

// For is how one request's documents stand, in the order in which it asks for
// them: of each the one that serves it, or else the newest.
func For(kinds Kinds, given []Document, w Waiting, today portal.Date) []Item {
	var out []Item
	for _, a := range w.Asked {
		n := need{}
		key := kinds.Need(a.Kind, w.Child)
		sent := slices.Clone(given)
		slices.SortFunc(sent, func(a, b Document) int { return cmp.Or(cmp.Compare(a.Sent, b.Sent), cmp.Compare(a.ID, b.ID)) })
		for i := range sent {
			if sent[i].Need() == key {
				n.take(&sent[i], today)
			}
		}
		item := Item{Need: key, Status: Missing, Indispensable: a.Indispensable, Requests: []portal.ID{w.Request}}
		switch {
		case n.valid != nil:
			item.Status, item.Document = Valid, n.valid
		case len(n.submitted) > 0:
			item.Status, item.Document = Submitted, n.submitted[len(n.submitted)-1]
		case n.rejected != nil && (n.expired == nil || n.rejected.Sent > n.expired.Sent):
			item.Status, item.Document = Rejected, n.rejected
		case n.expired != nil:
			item.Status, item.Document = Expired, n.expired
		}
		out = append(out, item)
	}
	return out
}
