package proofs

import (
	"slices"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// OfRequest is what a request asks for, each with its status and the way to
// send it. It follows the view by itself, and is hidden where there is nothing
// to be told.
func OfRequest(c *screen.Context, desk Desk, id portal.ID) fyne.CanvasObject {
	return newLines(room{c, desk}, func(l *lines) fyne.CanvasObject {
		q, there := l.View.Request(id)
		if !there || requests.State(q.State).Decided() {
			return nil
		}
		items := l.View.RequestDocuments(id)
		if len(items) == 0 {
			return nil
		}
		missing := 0
		var first, then []fyne.CanvasObject // what is to be sent first
		for _, i := range items {
			if i.Status != documents.Valid && i.Status != documents.Submitted {
				missing++
				first = append(first, l.one(i, shown{}))
			} else {
				then = append(then, l.one(i, shown{}))
			}
		}
		rows := append(first, then...)
		lead := say("ofRequest.all")
		if missing > 0 {
			lead = say("ofRequest.missing", "Count", missing)
		}
		return kit.Column(look.S, kit.Column(0, kit.Section(say("title")), kit.Muted(lead)), kit.RowsCard(rows...))
	}, Topics...).swap
}

// Asked is the documents of some kinds that the town hall asks for about a
// request, each with the way to send it, whatever has been given.
func Asked(c *screen.Context, desk Desk, id portal.ID, kinds []string) fyne.CanvasObject {
	return newLines(room{c, desk}, func(l *lines) fyne.CanvasObject {
		var rows []fyne.CanvasObject
		for _, kind := range kinds {
			rows = append(rows, l.one(l.asked(id, kind), shown{again: true}))
		}
		if len(rows) == 0 {
			return nil
		}
		return kit.RowsCard(rows...)
	}, Topics...).swap
}

// asked is how a document stands that a request is to have.
func (l *lines) asked(id portal.ID, kind string) view.DocumentItem {
	for _, i := range l.View.RequestDocuments(id) {
		if i.Need.Kind == kind {
			return i
		}
	}
	return view.DocumentItem{Need: NeedOf(l.View, id, kind), Kind: KindOf(l.View, kind), Status: documents.Missing}
}

// SentSince reports whether a document of one of some kinds was sent for a
// request since an instant.
func SentSince(v *view.View, request portal.ID, kinds []string, since int64) bool {
	g := v.Documents()
	for _, kind := range kinds {
		need := NeedOf(v, request, kind)
		for _, i := range slices.Concat(g.ToCheck, g.Valid) {
			if i.Need == need && (i.Document.ToSend || i.Document.Sent >= since) {
				return true
			}
		}
	}
	return false
}

// NeedOf is what a request needs when it asks for a kind.
func NeedOf(v *view.View, request portal.ID, kind string) documents.Need {
	q, _ := v.Request(request)
	return documents.NeedOf(KindOf(v, kind), q.Child)
}
