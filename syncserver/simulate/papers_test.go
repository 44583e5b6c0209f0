package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"parvis/desktop/cache"
	"parvis/desktop/syncing"
	"parvis/shared/accounts"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/files"
	"parvis/syncserver/store"
)

// shelf keeps the town's files: they outlive its servers.
type shelf struct {
	mu    sync.Mutex
	files map[string][]byte
}

func (s *shelf) Put(_ context.Context, name string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = bytes.Clone(data)
	return nil
}

func (s *shelf) Open(_ context.Context, name string, from int64) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, there := s.files[name]
	if !there {
		return nil, files.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(data[min(from, int64(len(data))):])), nil
}

func (s *shelf) List(_ context.Context, folder string) (names []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		if strings.HasPrefix(name, folder+"/") {
			names = append(names, name)
		}
	}
	return names, nil
}

func (s *shelf) Delete(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.files, name)
	return nil
}

func (s *shelf) Check(context.Context) error { return nil }

// disk takes a moment of its own to read a file. Without it the first request
// about a file and the loop's own begin in one instant, in an order that nothing
// decides.
type disk struct {
	syncing.Cache
	r *rand.Rand
}

func (d disk) File(document portal.ID) ([]byte, string, error) {
	time.Sleep(between(d.r, 100*time.Microsecond, 3*time.Millisecond))
	return d.Cache.File(document)
}

// paper is a small PDF that no other is like, long enough to be cut in two.
func paper(r *rand.Rand, id portal.ID) []byte {
	filling := make([]byte, 1000+r.IntN(60_000))
	for i := range filling {
		filling[i] = byte('a' + r.IntN(26))
	}
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%% %s %s\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%%%EOF\n", id, filling)
}

// give sends a document; what is refused at once is none.
func (d *desktop) give(kind string, child portal.ID) {
	id, u := d.ids(), cache.Upload{ID: d.ids(), Document: d.ids(), Type: documents.PDF}
	args := wire.SubmitDocument{Document: u.Document, Upload: u.ID, Kind: kind, Child: child, Name: "attestation.pdf"}
	body, err := wire.NewCommand(id, wire.DocumentSubmit, args)
	if err != nil {
		panic(err)
	}
	file := paper(d.r, u.Document)
	d.begins(id, wire.DocumentSubmit, args, map[portal.ID][]byte{u.Document: file})
	if _, err := d.engine.SubmitFile(body, cache.Note{Key: "simulated"}, u, file); err != nil {
		d.h.fail("%s cannot send a document: %v", d.name, err)
	}
	d.h.log("%s gives %s, %d bytes", d.name, kind, len(file))
}

// write sends a message, often with files that were held for it.
func (d *desktop) write(request portal.ID, text string, needs ...portal.ID) {
	m := wire.SendMessage{Message: d.ids(), Request: request, Text: text}
	if d.r.IntN(3) == 0 {
		d.submit(wire.MessageSend, m, needs...)
		return
	}
	var uploads []cache.Upload
	held := map[portal.ID][]byte{}
	for range 1 + d.r.IntN(2) {
		u := cache.Upload{ID: d.ids(), Document: d.ids()}
		held[u.Document] = paper(d.r, u.Document)
		if err := d.cache.HoldFile(u.Document, documents.PDF, held[u.Document], d.clock()); err != nil {
			d.h.fail("%s cannot hold a file: %v", d.name, err)
		}
		uploads = append(uploads, u)
		m.Files = append(m.Files, wire.SendFile{File: u.Document, Upload: u.ID, Name: "photo.pdf"})
	}
	id := d.ids()
	body, err := wire.NewCommand(id, wire.MessageSend, m, needs...)
	if err != nil {
		panic(err)
	}
	d.begins(id, wire.MessageSend, m, held)
	if _, err := d.engine.SubmitHeld(body, cache.Note{Key: "simulated"}, uploads); err != nil {
		d.h.fail("%s cannot write with files: %v", d.name, err)
	}
	d.h.log("%s writes with %d files", d.name, len(held))
}

// papers does one thing that a parent does about documents and messages.
func (d *desktop) papers() {
	switch x := d.r.IntN(100); {
	case x < 45:
		child, ok := pick(d.r, d.view.Children())
		if kind := []string{"family-quotient", "vaccinations"}[d.r.IntN(2)]; kind == "family-quotient" {
			d.give(kind, "")
		} else if ok {
			d.give(kind, child.ID)
		}
	case x < 55:
		given, ok := pick(d.r, d.view.Documents().ToCheck)
		if !ok {
			return
		}
		if given.Document.ToSend {
			d.undo(given.Document.Command)
			return
		}
		d.submit(wire.DocumentWithdraw, wire.WithdrawDocument{Document: given.Document.ID})
	case x < 75:
		if q, ok := pick(d.r, d.view.Requests()); ok {
			var needs []portal.ID
			if p, waits := d.waitsFor(q.ID); waits {
				needs = append(needs, p)
			}
			d.write(q.ID, "Bonjour, avez-vous tout reçu ?", needs...)
		}
	case x < 85:
		d.readAll()
	default:
		for _, q := range d.view.Requests() {
			if q.Asked() != nil && q.Procedure != papersForm {
				d.submit(wire.RequestAnswer, wire.AnswerCorrection{Request: q.ID, Answers: json.RawMessage(`{"class":"ce2"}`)})
				return
			}
		}
	}
}

// waitsFor is the command by which a request is still to be sent.
func (d *desktop) waitsFor(request portal.ID) (portal.ID, bool) {
	for _, p := range d.cache.Outbox() {
		if c, args, err := wire.ReadCommand(p.Body); err == nil && c.Type == wire.RequestSubmit && args.(*wire.SubmitRequest).Request == request {
			return p.ID, true
		}
	}
	return "", false
}

// readAll reads a thread in which something is new.
func (d *desktop) readAll() {
	for _, t := range d.view.Threads() {
		if thread := d.view.Messages(t.Request.ID); t.Unread > 0 {
			d.submit(wire.MessageRead, wire.ReadMessages{Request: t.Request.ID, Message: thread[len(thread)-1].ID})
			return
		}
	}
}

// desk does one thing that an agent does about a file that is open.
func (d *desktop) desk(q portal.ID, account portal.ID) {
	switch x := d.r.IntN(100); {
	case x < 50:
		groups, open := d.view.FileDocuments(account, "enfance")
		if !open {
			d.submit(wire.FileOpen, wire.OpenFile{Account: account, Desk: "enfance"})
			return
		}
		one, ok := pick(d.r, groups.ToCheck)
		if !ok || one.Document.Pending {
			return
		}
		judgment := wire.JudgeDocument{Document: one.Document.ID, Reason: documents.Unreadable}
		if d.r.IntN(2) == 0 {
			judgment = wire.JudgeDocument{Document: one.Document.ID, Valid: true, Until: d.view.Today().Add(30)}
		}
		d.submit(wire.DocumentJudge, judgment)
		if d.r.IntN(4) == 0 {
			d.submit(wire.DocumentUnjudge, wire.UnjudgeDocument{Document: one.Document.ID}, d.done[len(d.done)-1].id)
		}
	case x < 75:
		d.submit(wire.RequestAsk, wire.AskCorrection{Request: q, Fields: []string{"class"}, Documents: []string{"vaccinations"}, Text: "Merci de vérifier la classe."})
	case x < 90:
		d.write(q, "Il nous manque le carnet de santé.")
	default:
		d.readAll()
	}
}

// roles changes what people may do while they do it: an agent is taken from
// the desk and put back, a parent's tie to a child is cut and made again.
func (h *history) roles(ctx context.Context) {
	if h.parts {
		return // ties are ended and made by an agent's commands
	}
	r := generator(h.seed, 1003)
	for range r.IntN(4) {
		if pause(ctx, around(r, 40*time.Second)) != nil {
			return
		}
		what := r.IntN(2)
		h.change(what, false)
		if pause(ctx, around(r, 25*time.Second)) != nil {
			// Whoever is cut off to the end has lost the rows at the end.
			return
		}
		if r.IntN(3) > 0 {
			h.change(what, true)
		}
	}
}

// change changes one of the two, in a town that runs.
func (h *history) change(what int, given bool) {
	t := h.town
	t.gate.RLock()
	defer t.gate.RUnlock()
	if t.answer == nil {
		return
	}
	err := t.store.Write(context.Background(), func(tx *store.Tx) error {
		if what == 0 {
			a, found, err := tx.AccountByLogin("sylvie.roy")
			if err != nil || !found {
				return err
			}
			desks := "[]"
			if given {
				desks = fmt.Sprintf("[%q]", accounts.Childhood)
			}
			return tx.SetPlaces(a.ID, desks, a.Sites)
		}
		a, found, err := tx.AccountByLogin("hugo.martel")
		if err != nil || !found {
			return err
		}
		links, err := tx.LinksTo(a.ID)
		if err != nil || len(links) == 0 {
			return err
		}
		slices.SortFunc(links, func(a, b store.Link) int { return strings.Compare(string(a.Child), string(b.Child)) })
		link := links[0]
		if given {
			link.Custody = string(accounts.FullCustody)
		} else {
			link.Custody = string(accounts.NoCustody)
		}
		t.cuts(a.ID, link.Child)
		return tx.SaveLink(link)
	})
	if err != nil {
		h.fail("a role cannot be changed: %v", err)
	}
	h.log("%s, given=%v", []string{"the agent's desk", "the tie of a parent"}[what], given)
}

// wasCut reports whether a tie between an account and a child was ever cut:
// what that person sees of the child then is what the feeds say, no more.
func (t *town) wasCut(account, child portal.ID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cut[[2]portal.ID{account, child}]
}

// arrived checks that each document that was taken in, and each file of a
// message, is there with the very bytes that were given, at the town hall and on
// the desktop.
func (h *history) arrived(tx *store.Tx) error {
	back := map[portal.ID]bool{}
	for _, x := range h.deeds() {
		if w, ok := x.args.(wire.WithdrawDocument); ok {
			back[w.Document] = true
		}
	}
	for _, d := range h.desktops {
		for _, x := range d.done {
			if !x.yes || !h.town.judged[x.id].Accepted {
				continue
			}
			if m, ok := x.args.(wire.SendMessage); ok && h.gone(m.Message) {
				continue
			}
			for id, file := range x.files {
				if h.gone(id) {
					continue
				}
				doc, found, err := tx.Document(id)
				if err != nil {
					return err
				}
				if !found {
					h.fail("file %s was accepted and is not there", id)
					continue
				}
				kept, err := files.ReadAll(context.Background(), h.town.shelf, doc.File, documents.MaxSize)
				if err != nil || !bytes.Equal(kept, file) {
					h.fail("file %s is there without its bytes: %v", id, err)
				}
				switch {
				case back[id]:
					continue // its own file went with it, and an older copy of the town knows nothing of that
				case d.secret != "":
					continue // an agent's computer keeps nothing beyond the session
				}
				if here, _, err := d.cache.File(id); err != nil || !bytes.Equal(here, file) {
					h.fail("%s cannot open what it has sent, %s: %v", d.name, id, err)
				}
			}
		}
		if d.engine != nil && len(d.engine.Status().Uploads) > 0 {
			h.fail("%s still sends files when all is quiet", d.name)
		}
	}
	return nil
}
