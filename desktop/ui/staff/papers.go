package staff

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/papers"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/words"
)

// filed is a request's documents as the agent sees them: those that it asks
// for, in its order, and beside them the others of the family that this desk
// may see.
func filed(v *view.View, request, account portal.ID, desk string) (asked, others []view.DocumentItem) {
	asked = v.RequestDocuments(request)
	seen := map[portal.ID]bool{}
	for _, i := range asked {
		if i.Document != nil {
			seen[i.Document.ID] = true
		}
	}
	groups, _ := v.FileDocuments(account, desk)
	for _, i := range slices.Concat(groups.ToCheck, groups.ToGive, groups.Valid, groups.Expired) {
		if i.Document != nil && !seen[i.Document.ID] {
			others = append(others, i)
		}
	}
	return asked, others
}

// toJudge is the documents that wait for the agent, those of the request first.
func toJudge(v *view.View, request, account portal.ID, desk string) (ids []portal.ID) {
	asked, others := filed(v, request, account, desk)
	for _, i := range slices.Concat(asked, others) {
		if i.Document != nil && i.Document.Status == documents.Submitted {
			ids = append(ids, i.Document.ID)
		}
	}
	return ids
}

// waitingHere counts the documents of a request in the queue that nobody has
// judged.
func waitingHere(it view.QueueItem) (n int) {
	for _, d := range it.Documents {
		n += d.ToCheck
	}
	return n
}

// StatusLook is how the status of a document is told here.
func StatusLook(s documents.Status) (look.Tone, string, string) { return papers.StatusLook(s, true) }

// kindName is what a document is called.
func kindName(v *view.View, kind string) string {
	if k, known := v.DocumentKind(kind); known {
		return k.Label.In(i18n.Language())
	}
	return documentLabel(kind, i18n.Language())
}

// judgedWords is the reason of a rejection, as the family reads it.
func judgedWords(reason documents.Reason, note string) string {
	said := ""
	if reason != "" && (reason != documents.Other || note == "") {
		said = i18n.T("documents.reason."+string(reason), nil)
	}
	return strings.TrimSpace(said + "\n" + note)
}

func until(d portal.Date) string {
	if d == "" {
		return i18n.T("staff.papers.forever", nil)
	}
	return i18n.T("staff.papers.until", map[string]any{"Date": i18n.Date(outcome.Day(d))})
}

// paperLine is what is known of a document, in a line.
func paperLine(i view.DocumentItem) string {
	d := i.Document
	if d == nil {
		if i.Indispensable {
			return i18n.T("staff.papers.indispensable", nil)
		}
		return i18n.T("staff.papers.later", nil)
	}
	sent := i18n.T("staff.papers.sent", map[string]any{"When": i18n.DateTime(time.UnixMicro(d.Sent).In(portal.Paris))})
	switch i.Status {
	case documents.Valid:
		return i18n.Capital(until(d.Until))
	case documents.Expired:
		return i18n.T("staff.papers.expired", map[string]any{"Date": i18n.Date(outcome.Day(d.Until))})
	case documents.Rejected:
		return judgedWords(d.Reason, d.Note)
	}
	if i.Indispensable {
		sent += "\n" + i18n.T("staff.papers.indispensable", nil)
	}
	if d.Scan == documents.Pending || d.Scan == documents.Infected || d.Scan == documents.ScanError {
		sent += "\n" + i18n.T("documents.scan."+string(d.Scan), nil)
	}
	return sent
}

// papers is the page of the request's documents.
func (d *detail) papers(r view.Request) *kit.Page {
	asked, others := filed(d.q.c.View, d.id, d.item.Account, d.item.Desk)
	parts := []fyne.CanvasObject{d.head()}
	if len(asked)+len(others) == 0 {
		parts = append(parts, kit.Column(0, kit.EmptyState(kit.NothingYet, "files", i18n.T("staff.papers.none", nil), "", nil)))
	}
	list := func(title string, items []view.DocumentItem) {
		if len(items) == 0 {
			return
		}
		var rows []fyne.CanvasObject
		for _, i := range items {
			rows = append(rows, d.paper(i))
		}
		parts = append(parts, kit.Column(look.S, kit.Section(title), kit.RowsCard(rows...)))
	}
	list(i18n.T("staff.papers.asked", nil), asked)
	list(i18n.T("staff.papers.others", nil), others)
	return kit.NewPage(kit.Column(look.L, parts...))
}

// paper is the row of a document, which opens it.
func (d *detail) paper(i view.DocumentItem) fyne.CanvasObject {
	title := kindName(d.q.c.View, i.Need.Kind)
	if name := d.childName(i.Child); name != "" {
		title = i18n.T("staff.papers.of", map[string]any{"Kind": title, "Name": name})
	}
	var open func()
	if i.Document != nil {
		open = func() {
			d.q.c.Go(screen.To(screen.Judge, "document", string(i.Document.ID), "request", string(d.id)))
		}
	}
	tone, icon, word := StatusLook(i.Status)
	row := kit.NewRow(title, paperLine(i), open).Status(tone, icon, word)
	if i.Document != nil && i.Document.Pending {
		row.Status(look.TonePending, "cloud-arrow-up", word)
	}
	if open == nil {
		row.NoChevron()
	}
	return row
}

// childName is the first name of a child of the family.
func (d *detail) childName(id portal.ID) string {
	return childIn(d.q.c.View, id, d.item.Account, d.item.Desk)
}

func childIn(v *view.View, id, account portal.ID, desk string) string {
	if id == "" {
		return ""
	}
	file, _ := v.File(account, desk)
	for _, c := range file.Children {
		if c.ID == id {
			return words.Called(c.FirstName)
		}
	}
	for _, r := range file.Requests {
		if r.Child == id {
			return r.Person
		}
	}
	return ""
}

// papersLabel names the tab, with how many wait to be judged.
func (d *detail) papersLabel() string {
	label := i18n.T("staff.tab.papers", nil)
	if n := len(toJudge(d.q.c.View, d.id, d.item.Account, d.item.Desk)); n > 0 {
		label = i18n.T("exchanges.tab.counted", map[string]any{"Name": label, "Number": i18n.Number(int64(n))})
	}
	return label
}

// lacking says which indispensable documents stand against deciding for the
// request now; "" where none does.
func (d *detail) lacking() string {
	var missing, unjudged []string
	for _, i := range d.q.c.View.RequestDocuments(d.id) {
		switch {
		case !i.Indispensable || i.Status == documents.Valid:
		case i.Status == documents.Submitted:
			unjudged = append(unjudged, kindName(d.q.c.View, i.Need.Kind))
		default:
			missing = append(missing, kindName(d.q.c.View, i.Need.Kind))
		}
	}
	var says []string
	if len(missing) > 0 {
		says = append(says, i18n.T("staff.papers.lacking", map[string]any{"Count": len(missing), "Kinds": i18n.Labels(missing)}))
	}
	if len(unjudged) > 0 {
		says = append(says, i18n.T("staff.papers.unjudged", map[string]any{"Count": len(unjudged), "Kinds": i18n.Labels(unjudged)}))
	}
	return strings.Join(says, " ")
}

// papersDrawn tells whether what is shown of documents has changed.
func papersDrawn(lists ...[]view.DocumentItem) string {
	var b strings.Builder
	for _, i := range slices.Concat(lists...) {
		b.WriteString(i.Need.Kind + string(i.Child) + string(i.Status))
		if i.Document != nil {
			fmt.Fprint(&b, *i.Document)
		}
	}
	return b.String()
}
