package view

import (
	"slices"

	rules "parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// Message is a message as it will be.
type Message struct {
	wire.Message
	Files   []MessageFile
	Mine    bool      // of this person's side
	Pending bool      // it has not reached the other side
	Command portal.ID // that command
}

// MessageFile is a file that goes with a message.
type MessageFile struct {
	wire.MessageFile
	ToSend bool // it lies on this computer only
}

// Thread is what was written about one request.
type Thread struct {
	Request  Request
	Messages []Message // the oldest first; never empty
	Unread   int       // of the other side, not opened here
}

// Last is the newest message.
func (t Thread) Last() Message { return t.Messages[len(t.Messages)-1] }

// side reports whether this person writes for the town hall.
func (v *View) side() (staff bool) { return v.own.accounts[v.account].Kind == wire.Agent }

// Messages is the thread about a request, the oldest first; of the account's
// own, or of a file that is open.
func (v *View) Messages(request portal.ID) []Message {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []Message
	staff, seen := v.side(), map[portal.ID]bool{}
	for _, r := range v.feeds {
		for id := range r.threads[request] {
			if !seen[id] {
				seen[id] = true
				out = append(out, Message{Message: r.messages[id], Mine: r.messages[id].Staff == staff})
			}
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return compare(a.N, b.N) })
	for i := range out {
		out[i].Files = v.filesOf(out[i].ID)
	}
	return append(out, v.over.messages[request]...)
}

// filesOf is the files that go with a message, in the order in which they were
// chosen.
func (v *View) filesOf(message portal.ID) (out []MessageFile) {
	seen := map[portal.ID]bool{}
	for _, r := range v.feeds {
		for id, f := range r.files {
			if f.Message == message && !seen[id] {
				seen[id] = true
				out = append(out, MessageFile{MessageFile: f})
			}
		}
	}
	slices.SortFunc(out, func(a, b MessageFile) int { return compare(a.ID, b.ID) })
	return out
}

// MessageFile is one file that goes with a message of the account's own, or of
// a file that is open.
func (v *View) MessageFile(id portal.ID) (MessageFile, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, r := range v.feeds {
		if f, there := r.files[id]; there {
			return MessageFile{MessageFile: f}, true
		}
	}
	for _, thread := range v.over.messages {
		for _, m := range thread {
			for _, f := range m.Files {
				if f.ID == id {
					return f, true
				}
			}
		}
	}
	return MessageFile{}, false
}

// FilesSent is how many files went with this family's messages in all, those
// that wait for a line included.
func (v *View) FilesSent() (n int) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, f := range v.own.files {
		if m, there := v.own.messages[f.Message]; there && !m.Staff {
			n++
		}
	}
	for _, thread := range v.over.messages {
		for _, m := range thread {
			n += len(m.Files)
		}
	}
	return n
}

// unreadIn counts what the other side wrote and nobody here has opened.
func (v *View) unreadIn(thread []Message, request portal.ID) (n int) {
	for _, m := range thread {
		if !m.Mine && m.Read == 0 && m.N > v.over.read[request] {
			n++
		}
	}
	return n
}

// UnreadIn is how many messages about a request are unread.
func (v *View) UnreadIn(request portal.ID) int {
	thread := v.Messages(request)
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.unreadIn(thread, request)
}

// Threads is the account's own threads, the one last written in first.
func (v *View) Threads() []Thread {
	v.mu.RLock()
	with := map[portal.ID]bool{}
	for id := range v.own.threads {
		with[id] = true
	}
	for id := range v.over.messages {
		with[id] = true
	}
	v.mu.RUnlock()
	var out []Thread
	for id := range with {
		t := Thread{Messages: v.Messages(id), Unread: v.UnreadIn(id)}
		if t.Request, _ = v.Request(id); t.Request.ID == "" {
			t.Request.ID = id
		}
		if len(t.Messages) > 0 {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b Thread) int {
		return firstOf(compare(b.Last().At, a.Last().At), compare(a.Request.ID, b.Request.ID))
	})
	return out
}

// Has reports whether each word of a query begins a word of what was written
// in the thread, or of whom and what it is about; accents are forgiven.
func (t Thread) Has(query string, procedure string) bool {
	text := procedure + " " + t.Request.Person + " " + t.Request.Reference
	for _, m := range t.Messages {
		text += " " + m.Text
	}
	row := queueRow{words: words.Split(text)}
	return row.has(words.Split(query))
}

// Found is the message that a query is about: the one with the most of its
// words, the newest where several have as many; none where they all stand in
// what the thread is about.
func (t Thread) Found(query string) (m Message, found bool) {
	asked, most := words.Split(query), 0
	for _, one := range t.Messages {
		row, n := queueRow{words: words.Split(one.Text)}, 0
		for _, w := range asked {
			if row.has([]string{w}) {
				n++
			}
		}
		if n > 0 && n >= most {
			m, most, found = one, n, true
		}
	}
	return m, found
}

// UnreadMessages is how many messages to this account are unread.
func (v *View) UnreadMessages() (n int) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	staff := v.side()
	for _, m := range v.own.messages {
		if m.Staff != staff && m.Read == 0 && m.N > v.over.read[m.Request] {
			n++
		}
	}
	return n
}

// Texts is the reusable texts of this agent's desk, by title; of all their
// desks when desk is empty.
func (v *View) Texts(desk string) []wire.Text {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []wire.Text
	for feed, r := range v.feeds {
		if wire.FeedKind(feed) != "desk" {
			continue
		}
		for id, t := range r.texts {
			if _, changed := v.over.texts[id]; !changed && (desk == "" || t.Desk == desk) {
				out = append(out, t)
			}
		}
	}
	for _, t := range v.over.texts {
		if t.Title != "" && (desk == "" || t.Desk == desk) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b wire.Text) int {
		return firstOf(compare(words.Fold(a.Title), words.Fold(b.Title)), compare(a.ID, b.ID))
	})
	return out
}

func (p *pass) send(c *command, a *wire.SendMessage) {
	for _, r := range p.v.feeds {
		if _, landed := r.messages[a.Message]; landed {
			return
		}
	}
	var files []MessageFile
	for _, f := range a.Files {
		files = append(files, MessageFile{wire.MessageFile{ID: f.File, Message: a.Message, Request: a.Request, Name: f.Name}, true})
	}
	p.over.messages[a.Request] = append(p.over.messages[a.Request], Message{Mine: true, Files: files, Pending: true, Command: c.ID, Message: wire.Message{
		ID: a.Message, Request: a.Request, At: c.At.UnixMicro(), Staff: p.v.side(), By: p.v.myName(), Text: a.Text,
	}})
	p.over.look(wire.Messages, a.Request, string(c.ID))
}

func (p *pass) read(a *wire.ReadMessages) {
	for _, r := range p.v.feeds {
		if m, there := r.messages[a.Message]; there {
			p.over.read[a.Request] = max(p.over.read[a.Request], m.N)
		}
	}
	p.over.look(wire.Messages, a.Request, "read", string(a.Message))
	p.readNotices(p.v.noticesAbout(rules.Message, a.Request))
	if q, there := p.v.queueItem(a.Request, p.over); there && q.Unread > 0 {
		q.Unread = 0
		p.over.queue[a.Request] = q
		p.over.look(wire.Queue, portal.ID(q.Desk), "read", string(a.Message))
	}
}

// text shows a reusable text as it will be; without a title it is gone.
func (p *pass) text(t wire.Text) {
	p.over.texts[t.ID] = t
	p.over.look(wire.Texts, t.ID, t.Title, t.Body)
}

func (r *rows) keepMessage(m wire.Message) {
	r.messages[m.ID] = m
	if r.threads[m.Request] == nil {
		r.threads[m.Request] = map[portal.ID]bool{}
	}
	r.threads[m.Request][m.ID] = true
}

func (r *rows) forgetMessage(id portal.ID) {
	request := r.messages[id].Request
	delete(r.messages, id)
	if delete(r.threads[request], id); len(r.threads[request]) == 0 {
		delete(r.threads, request)
	}
}
