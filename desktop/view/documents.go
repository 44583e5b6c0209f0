package view

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// Document is a supporting document as it will be.
type Document struct {
	documents.Document
	Pending bool      // a command that waits makes it so
	Command portal.ID // that command
	// ToSend says that it has not reached the town hall yet: it is taken back by
	// undoing its command, not by another.
	ToSend bool
}

// DocumentItem is one line of a list of documents.
type DocumentItem struct {
	documents.Need
	Kind     requests.DocumentKind
	Status   documents.Status
	Document *Document // nil when it is missing
	Requests []Request // those that wait for it
	// Indispensable: one of them cannot go on without it.
	Indispensable bool
}

// DocumentGroups is a family's documents, given and to give.
type DocumentGroups struct {
	ToGive, ToCheck, Valid, Expired []DocumentItem
}

// DocumentKind is a kind of document; false where the town has told none such,
// which is then about nobody.
func (v *View) DocumentKind(id string) (requests.DocumentKind, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	k, known := v.town.kinds[id]
	if !known {
		k = v.town.kinds.Of(id)
	}
	return k, known
}

// DocumentKinds is all kinds of documents, by French name.
func (v *View) DocumentKinds() []requests.DocumentKind {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return slices.SortedFunc(maps.Values(v.town.kinds), func(a, b requests.DocumentKind) int {
		return firstOf(compare(a.Label.FR, b.Label.FR), compare(a.ID, b.ID))
	})
}

// Document is one document: the account's own, or of a file that is open.
func (v *View) Document(id portal.ID) (Document, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.document(id, v.over)
}

func (v *View) document(id portal.ID, over *overlay) (Document, bool) {
	if over.withdrawn[id] != "" {
		return Document{}, false
	}
	if d, ok := over.documents[id]; ok {
		return d, true
	}
	if d, ok := v.own.documents[id]; ok {
		return Document{Document: d}, true
	}
	for _, feed := range slices.Sorted(maps.Keys(v.feeds)) {
		if d, ok := v.feeds[feed].documents[id]; ok {
			return Document{Document: d}, true
		}
	}
	return Document{}, false
}

// documentsIn is the documents of one feed as they will be.
func (v *View) documentsIn(r *rows) map[portal.ID]Document {
	out := map[portal.ID]Document{}
	for id := range r.documents {
		if d, there := v.document(id, v.over); there {
			out[id] = d
		}
	}
	if r == v.own {
		for id, d := range v.over.documents {
			if d.ToSend {
				out[id] = d
			}
		}
	}
	return out
}

// Documents is the account's own documents, given and to give, today.
func (v *View) Documents() DocumentGroups {
	own := v.Requests() // with those that are still to be sent
	waits := v.waiting(own)
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.group(v.documentsIn(v.own), own, waits)
}

// FileDocuments is a family's as one desk sees them; false until the file is
// open and received.
func (v *View) FileDocuments(account portal.ID, desk string) (DocumentGroups, bool) {
	f, open := v.File(account, desk)
	if !open {
		return DocumentGroups{}, false
	}
	waits := v.waiting(f.Requests)
	v.mu.RLock()
	defer v.mu.RUnlock()
	r := v.feeds[wire.FileFeed(desk, account)]
	if r == nil {
		return DocumentGroups{}, false
	}
	return v.group(v.documentsIn(r), f.Requests, waits), true
}

// RequestDocuments is how the documents of one request stand, in the order in
// which it asks for them.
func (v *View) RequestDocuments(id portal.ID) []DocumentItem {
	q, there := v.Request(id)
	if !there {
		return nil
	}
	w := documents.Waiting{Request: q.ID, Child: q.Child, Asked: v.askedBy(q)}
	v.mu.RLock()
	defer v.mu.RUnlock()
	given := map[portal.ID]Document{}
	for _, r := range v.feeds {
		for did, d := range v.documentsIn(r) {
			if d.Account == q.Account {
				given[did] = d
			}
		}
	}
	var out []DocumentItem
	for _, item := range documents.For(v.town.kinds, plain(given), w, portal.DateOf(v.now())) {
		out = append(out, v.item(item, given, []Request{q}))
	}
	return out
}

// waiting is what the undecided among some requests wait for.
func (v *View) waiting(all []Request) []documents.Waiting {
	var out []documents.Waiting
	for _, q := range all {
		if !requests.State(q.State).Decided() {
			out = append(out, documents.Waiting{Request: q.ID, Child: q.Child, Asked: v.askedBy(q)})
		}
	}
	return out
}

// askedBy is what a request asks for; of one that has not arrived yet it is
// computed as the town hall will.
func (v *View) askedBy(q Request) []documents.Asked {
	if q.State != StatePending {
		return q.Documents
	}
	p, known := v.Procedure(q.Procedure)
	answers, wrong := requests.Decode(q.Answers)
	if !known || wrong != nil {
		return nil
	}
	return documents.AskedBy(p, answers, portal.DateOf(time.UnixMicro(q.Submitted)))
}

func plain(given map[portal.ID]Document) []documents.Document {
	out := make([]documents.Document, 0, len(given))
	for _, d := range given {
		out = append(out, d.Document)
	}
	return out
}

func (v *View) group(given map[portal.ID]Document, all []Request, waits []documents.Waiting) DocumentGroups {
	g := documents.Group(v.town.kinds, plain(given), waits, portal.DateOf(v.now()))
	lines := func(items []documents.Item) (out []DocumentItem) {
		for _, i := range items {
			out = append(out, v.item(i, given, all))
		}
		return out
	}
	return DocumentGroups{lines(g.ToGive), lines(g.ToCheck), lines(g.Valid), lines(g.Expired)}
}

func (v *View) item(i documents.Item, given map[portal.ID]Document, all []Request) DocumentItem {
	out := DocumentItem{Need: i.Need, Kind: v.town.kinds.Of(i.Need.Kind), Status: i.Status, Indispensable: i.Indispensable}
	if i.Document != nil {
		d := given[i.Document.ID]
		out.Document = &d
	}
	for _, id := range i.Requests {
		if n := slices.IndexFunc(all, func(q Request) bool { return q.ID == id }); n >= 0 {
			out.Requests = append(out.Requests, all[n])
		}
	}
	return out
}

// lookDocument notes that a document looks different for a command.
func (p *pass) lookDocument(id portal.ID, what ...string) {
	p.over.look(wire.Documents, id, what...)
}

func (p *pass) sendDocument(c *command, a *wire.SubmitDocument) {
	if _, landed := p.v.own.documents[a.Document]; landed {
		return
	}
	p.over.documents[a.Document] = Document{Pending: true, ToSend: true, Command: c.ID, Document: documents.Document{
		ID: a.Document, Account: p.v.account, Kind: a.Kind, Child: a.Child, Name: a.Name, Sent: c.At.UnixMicro(), Status: documents.Submitted,
	}}
	p.lookDocument(a.Document, string(c.ID))
}

func (p *pass) withdrawDocument(c *command, id portal.ID) *portal.Error {
	d, there := p.v.document(id, p.over)
	if !there {
		return nil // gone already, by this very command
	}
	if d.Status != documents.Submitted {
		return portal.E(documents.AlreadyJudged, "document", "status", string(d.Status))
	}
	p.over.withdrawn[id] = c.ID
	p.lookDocument(id, string(c.ID))
	return nil
}

func (p *pass) judgeDocument(c *command, a *wire.JudgeDocument) *portal.Error {
	d, there := p.v.document(a.Document, p.over)
	if !there {
		return nil // its file has closed meanwhile
	}
	if d.Status != documents.Submitted {
		if d.JudgedBy == p.v.account {
			return nil // done already, by this very command
		}
		return portal.E(documents.AlreadyJudged, "document", "by", d.JudgedByName, "status", string(d.Status))
	}
	d.Status, d.Reason, d.Note = documents.Rejected, a.Reason, a.Note
	if a.Valid {
		d.Status, d.Until, d.Reason, d.Note = documents.Valid, a.Until, "", ""
	}
	d.Judged, d.JudgedBy, d.JudgedByName = p.at(c).UnixMicro(), p.v.account, p.v.myName()
	d.Pending, d.Command = true, c.ID
	p.over.documents[a.Document] = d
	p.lookDocument(a.Document, string(c.ID), string(d.Status))
	p.requeue(d, -1)
	return nil
}

// requeue counts a document that was judged, or is to be judged again, in the
// queue's rows of the requests that ask for its like.
func (p *pass) requeue(d Document, by int) {
	for _, r := range p.v.feeds {
		for id := range r.queue {
			q, there := p.v.queueItem(id, p.over)
			asking, known := p.v.request(id, p.over)
			if !there || !known || q.Account != d.Account {
				continue
			}
			n := slices.IndexFunc(q.Documents, func(of wire.QueueDocument) bool {
				return of.Kind == d.Kind && p.v.town.kinds.Need(of.Kind, asking.Child) == d.Need()
			})
			if n < 0 || q.Documents[n].ToCheck+by < 0 {
				continue
			}
			q.Documents = slices.Clone(q.Documents)
			of := &q.Documents[n]
			of.ToCheck += by
			switch d.Status {
			case documents.Valid:
				if !of.Valid || of.Until != "" && (d.Until == "" || d.Until > of.Until) {
					of.Until = d.Until
				}
				of.Valid = true
			case documents.Rejected:
				of.Rejected = true
			}
			p.over.queue[id] = q
			p.over.look(wire.Queue, portal.ID(q.Desk), string(d.ID), string(d.Status))
		}
	}
}

func (p *pass) unjudgeDocument(c *command, id portal.ID) *portal.Error {
	d, there := p.v.document(id, p.over)
	switch {
	case !there || d.Status == documents.Submitted:
		return nil
	case d.JudgedBy != p.v.account:
		return portal.E(portal.Forbidden, "document")
	case p.at(c).Sub(time.UnixMicro(d.Judged)) > documents.UndoFor:
		return portal.E(documents.UndoTooLate, "document", "seconds", strconv.Itoa(int(documents.UndoFor.Seconds())))
	}
	d.Status, d.Until, d.Reason, d.Note, d.Judged, d.JudgedBy, d.JudgedByName = documents.Submitted, "", "", "", 0, "", ""
	d.Pending, d.Command = true, c.ID
	p.over.documents[id] = d
	p.lookDocument(id, string(c.ID), "unjudged")
	p.requeue(d, 1)
	return nil
}
