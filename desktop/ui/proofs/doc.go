// Package proofs holds a family's screens of supporting documents: those given
// and those to give, the sending of one, and one that is opened and read. What
// a request asks for is shown by it wherever that request is.
//
// It reads the view and calls the session; a document that is sent waits,
// sealed, until there is a line, and goes on from where it stopped.
package proofs

import (
	"strings"
	"sync"
	"time"

	"parvis/assets/catalogue"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/papers"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/words"
)

// Desk is what these screens do besides reading the view; the session does it
// in the program.
type Desk interface {
	papers.Store
	SendDocument(data []byte, kind string, child portal.ID, name string) (document, command portal.ID, err error)
	TakeDocumentBack(id portal.ID) error
	HasDocument(id portal.ID) bool
	Uploads() []session.Uploading
	MarkRead(id portal.ID) error
}

var _ Desk = (*session.Session)(nil)

// room is what every screen here works with.
type room struct {
	*screen.Context
	desk Desk
}

// Send is the screen that sends one.
func Send(c *screen.Context, r screen.Route) screen.Screen { return room{c, c.Session}.send(r) }

// Proof is one that was sent, opened.
func Proof(c *screen.Context, r screen.Route) screen.Screen { return room{c, c.Session}.proof(r) }

// List is all of them, as a part of Échanges.
func List(c *screen.Context, r screen.Route) screen.Screen { return room{c, c.Session}.list(r) }

// Waiting is how many are to be given.
func Waiting(v *view.View) int { return len(v.Documents().ToGive) }

// Tab is the name of List in the addresses of Échanges.
const Tab = "documents"

// ToSend is the way to send a document of a kind, about a child or nobody.
func ToSend(kind string, child portal.ID) screen.Route {
	return screen.To(screen.SendProof, "kind", kind, "child", string(child))
}

// say is a text of this module; pairs fill its places.
func say(key string, pairs ...any) string { return i18n.Say("proofs."+key, pairs...) }

func in(t requests.Text) string { return t.In(i18n.Language()) }

// day is a date as it is read.
func day(d portal.Date) string { return i18n.Date(d.At(12, 0)) }

func dayOf(at int64) string { return i18n.Date(time.UnixMicro(at).In(portal.Paris)) }

// statusLook is how the status of a document is told here.
func statusLook(s documents.Status) (look.Tone, string, string) { return papers.StatusLook(s, false) }

// common is the catalogue's words for all procedures, read once.
var common = sync.OnceValues(catalogue.LoadCommon)

// KindOf is a kind of document with its words: the town's, or that of the
// catalogue where the town has not told its own yet.
func KindOf(v *view.View, id string) requests.DocumentKind {
	if k, known := v.DocumentKind(id); known {
		return k
	}
	if c, err := common(); err == nil {
		for _, k := range c.DocumentKinds {
			if k.ID == id {
				return k
			}
		}
	}
	return requests.DocumentKind{ID: id, Label: requests.Text{FR: id, EN: id}}
}

// childName is a child's first name; of one that is only in a request, the
// name there.
func childName(v *view.View, id portal.ID) string {
	if id == "" {
		return ""
	}
	if c, there := v.Child(id); there {
		return words.Called(c.FirstName)
	}
	for _, q := range v.Requests() {
		if q.Child == id {
			return q.Person
		}
	}
	return ""
}

// untilLine is until when a document serves, or since when no more.
func untilLine(d documents.Document, today portal.Date) string {
	switch {
	case d.Status != documents.Valid:
		return ""
	case d.On(today) == documents.Expired:
		return say("since", "Date", day(d.Until))
	case d.Until == "":
		return say("always")
	}
	return say("until", "Date", day(d.Until))
}

// reasonLine is why a document was rejected.
func reasonLine(d documents.Document) string {
	var parts []string
	if d.Reason != "" && (d.Reason != documents.Other || d.Note == "") {
		parts = append(parts, i18n.T("documents.reason."+string(d.Reason), nil))
	}
	if d.Note != "" {
		parts = append(parts, say("note", "Text", d.Note))
	}
	return strings.Join(parts, " ")
}

// Given is what has been given of a kind already, about a child or nobody, ""
// for nothing that serves: before a form is begun one need not look for it
// again.
func Given(v *view.View, kind string, child portal.ID) string {
	need := documents.NeedOf(KindOf(v, kind), child)
	all := v.Documents()
	for _, item := range all.Valid {
		if item.Need == need {
			if item.Document.Until == "" {
				return say("given.always")
			}
			return say("given.until", "Date", day(item.Document.Until))
		}
	}
	for _, item := range all.ToCheck {
		if item.Need == need {
			return say("given.toCheck")
		}
	}
	return ""
}
