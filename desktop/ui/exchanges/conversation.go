package exchanges

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/session"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	rules "parvis/shared/messages"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Desk is what a conversation does besides reading the view; the session does
// it in the program.
type Desk interface {
	Submit(kind string, args any, note cache.Note, needs ...portal.ID) (portal.ID, error)
	SendMessage(m wire.SendMessage, note cache.Note, needs ...portal.ID) (portal.ID, error)
	Enclosed(request portal.ID) []session.Enclosed
	Enclose(request portal.ID, data []byte, name string) error
	TakeOut(request, file portal.ID) error
	MarkRead(id portal.ID) error
	Keep(kind, key string, thing any) error
	Kept(kind, key string, thing any) bool
	AtWindow(within time.Duration) bool
}

// draftKind is the kind of thing under which messages half written are kept,
// sealed.
const draftKind = "message"

// present is how long after a key or a move of the mouse somebody counts as
// being there: what arrives when nobody is was not read.
const present = 2 * time.Minute

// Conversation is the thread about one request with the box to answer in, as
// either side reads it.
type Conversation struct {
	c       *screen.Context
	s       Desk
	request portal.ID
	staff   bool

	list   *kit.Swap
	page   *kit.Page
	field  *kit.Field
	strip  *kit.Strip
	chips  *kit.Swap // the files that go with the next message
	root   *arrange.Box
	drawn  string
	last   portal.ID // the newest message drawn
	found  found
	deaf   func()    // ends the listening for files that are dropped
	marked portal.ID // up to which one reading was told
	draft  draft
	lines  int // of the box
}

// NewConversation opens a thread; tools stand beside the button that sends.
func NewConversation(c *screen.Context, s Desk, request portal.ID, staff bool, tools ...fyne.CanvasObject) *Conversation {
	v := &Conversation{c: c, s: s, request: request, staff: staff, list: kit.NewSwap(nil), strip: kit.NewStrip(), chips: kit.NewSwap(nil)}
	v.page = kit.NewBarePage(kit.PadXY(look.L, look.S, v.list))
	v.draft.keep = func(text string) error {
		var thing any
		if text != "" {
			thing = text
		}
		return s.Keep(draftKind, string(request), thing)
	}
	v.field = kit.LongField(v.say("write"), 2).Named("message").Most(rules.Longest).
		Needed(i18n.T("exchanges.missing", nil)).OnSend(v.Send).OnChanged(func(text string) { v.write(text) })
	begun := ""
	s.Kept(draftKind, string(request), &begun)
	v.field.SetValue(begun)
	send := kit.Primary(i18n.T("exchanges.send", nil), v.Send).Icon("envelope-simple")
	clip := kit.NewIconButton("paperclip", i18n.T("exchanges.file.add", nil), v.choose)
	line := kit.Line(look.S, append(append([]fyne.CanvasObject{send, clip}, tools...), kit.Caption(i18n.T("exchanges.hint", nil)))...)
	box := kit.Column(look.S, v.strip, v.field, v.chips)
	acts := kit.NewBarePage(kit.PadXY(look.L, look.XS, line))
	if look.Large() { // there the line is as tall as what it would leave in sight
		box.Objects = append(box.Objects, line)
		acts = kit.NewBarePage(kit.Gap(0))
	}
	foot := kit.NewBarePage(kit.Column(look.S, kit.Rule(), kit.PadXY(look.L, 0, box)))
	v.root = arrange.New(func(size fyne.Size) {
		v.grow(size)
		// At large text, or with many files, the box is scrolled rather than the
		// thread, or the button that sends, hidden by it; a short thread leaves it
		// the room that it has no use for.
		low := acts.HeightFor(size.Width)
		h := max(0, min(foot.HeightFor(size.Width), max(size.Height*0.6, size.Height-v.page.HeightFor(size.Width))-low))
		ended := v.page.AtEnd()
		arrange.Put(acts, 0, size.Height-low, size.Width, low)
		arrange.Put(foot, 0, size.Height-low-h, size.Width, h)
		arrange.Put(v.page, 0, 0, size.Width, size.Height-low-h)
		if !v.toFound() && ended {
			v.page.Bottom() // what one answers to stays in sight while the box grows
		}
	}, func(float32) float32 { return look.Px(200) }, v.page, foot, acts)
	v.strip.OnMoved(func() { v.root.Refresh() })
	v.showEnclosed()
	c.OnLeave(v.Close)
	v.Refresh()
	v.Listen(true)
	return v
}

// Close leaves the thread: what is being written in it is kept, and files that
// are dropped are not its own any more.
func (v *Conversation) Close() {
	v.Listen(false)
	v.c.Scope.Cancel(v.foundSlot())
	_ = v.draft.flush()
}

// Content is what is shown.
func (v *Conversation) Content() fyne.CanvasObject { return v.root }

// Reader is where the keyboard reads the thread.
func (v *Conversation) Reader(keys func(*fyne.KeyEvent) bool) fyne.Focusable {
	return v.page.Reader(keys)
}

// say is a text of this side.
func (v *Conversation) say(key string) string {
	if v.staff {
		key = "staff." + key
	}
	return i18n.T("exchanges."+key, nil)
}

// The box shows what is written as far as the thread can spare the room, so
// that nobody sends what they have not seen whole: a standard text has gaps to
// be filled in.
const fewLines, someLines, manyLines = 2, 4, 8

// lineSigns is about how many letters have room in a line of the box.
const lineSigns = 48

// grow fits the box to its text, in a thread of a size. Files that go with it
// take their room from its lines: the button that sends stays in sight.
func (v *Conversation) grow(size fyne.Size) {
	height := size.Height
	if v.chips.Visible() {
		height -= kit.HeightFor(v.chips, size.Width)
	}
	least, most := fewLines, fewLines
	switch {
	case height >= look.Px(560):
		most = manyLines
	case height >= look.Px(380):
		most = someLines
	case look.Large():
		least = 1
	}
	n := 0
	for _, line := range strings.Split(v.field.Value(), "\n") {
		n += 1 + utf8.RuneCountInString(line)/lineSigns
	}
	if n = max(least, min(n, most)); n != v.lines {
		v.lines = n
		v.field.Rows(n)
	}
}

// write keeps the draft without holding the window up.
func (v *Conversation) write(text string) {
	if before := v.lines; v.root != nil {
		if v.grow(v.root.Size()); v.lines != before {
			v.root.Refresh()
		}
	}
	at := v.draft.changed(text)
	screen.Run(v.c, "message "+string(v.request), func(context.Context) (struct{}, error) { return struct{}{}, v.draft.write(at) },
		func(_ struct{}, err error) {
			if err != nil {
				v.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
			}
		})
}

// Insert puts a text behind what stands in the box, and the cursor there.
func (v *Conversation) Insert(text string) {
	if before := v.field.Value(); before != "" {
		text = before + "\n" + text
	}
	v.field.SetValue(text)
	v.write(text)
	v.field.Focus()
}

// Fail tells an error over the box.
func (v *Conversation) Fail(sentence string) { v.strip.Say(look.ToneError, sentence, "", nil) }

// Send sends what stands in the box; what cannot be sent stays there.
func (v *Conversation) Send() {
	if v.field.Check() != "" {
		v.field.Focus()
		return
	}
	text, wrong := rules.Text(v.field.Value())
	if wrong != nil {
		v.field.SetMistake(outcome.Sentence(wrong))
		v.field.Focus()
		return
	}
	var needs []portal.ID
	r, _ := v.c.View.Request(v.request)
	if r.State == view.StatePending && r.Command != "" {
		needs = append(needs, r.Command) // the request itself has not arrived yet
	}
	note := cache.Note{Key: "exchanges.note", Args: map[string]string{"person": r.Person}}
	if _, err := v.s.SendMessage(wire.SendMessage{Message: portal.NewID(), Request: v.request, Text: text}, note, needs...); err != nil {
		v.Fail(outcome.Sentence(err))
		return
	}
	v.showEnclosed()
	v.field.SetValue("")
	v.field.SetMistake("")
	v.write("")
	v.strip.Clear()
	v.field.Focus()
}

// Refresh shows the thread as it is now, and tells the other side that it was
// read where somebody is there to read it.
func (v *Conversation) Refresh() {
	thread := v.c.View.Messages(v.request)
	refused := v.refusals()
	if drawn := fmt.Sprint(thread, refused, v.found.id, i18n.Language(), v.c.View.Today()); drawn != v.drawn {
		v.drawn = drawn
		v.list.Set(v.build(thread, refused))
		v.page.Refresh()
		v.root.Refresh()
		if n := len(thread); n > 0 && thread[n-1].ID != v.last {
			v.last = thread[n-1].ID
			if !v.toFound() {
				v.page.Bottom()
			}
		}
	}
	v.read(thread)
}

func (v *Conversation) read(thread []view.Message) {
	if v.c.View.UnreadIn(v.request) == 0 || !v.s.AtWindow(present) {
		return
	}
	for i := len(thread) - 1; i >= 0; i-- {
		m := thread[i]
		if m.Mine || m.Pending {
			continue
		}
		if m.ID != v.marked {
			v.marked = m.ID
			// Where this cannot be kept, nothing of the person's is lost: the
			// message stays unread, and is marked with the next one.
			_, _ = v.s.Submit(wire.MessageRead, wire.ReadMessages{Request: v.request, Message: m.ID}, cache.Note{Key: "exchanges.noteRead"})
		}
		return
	}
}

// refusal is a message that did not arrive.
type refusal struct {
	id        portal.ID
	why, text string
	files     bool // some went with it
}

func (v *Conversation) refusals() (out []refusal) {
	for _, r := range v.c.View.Refusals() {
		_, args, err := wire.ReadCommand(r.Body)
		if a, ok := args.(*wire.SendMessage); ok && err == nil && a.Request == v.request {
			f := refusal{id: r.ID, text: a.Text, files: len(a.Files) > 0}
			if r.Verdict.Error != nil {
				f.why = outcome.Past(r.Verdict.Error)
			}
			out = append(out, f)
		}
	}
	return out
}

func (v *Conversation) build(thread []view.Message, refused []refusal) fyne.CanvasObject {
	var parts []fyne.CanvasObject
	if len(thread) == 0 {
		parts = append(parts, kit.Muted(v.say("empty")))
	}
	v.found.card = nil
	for _, m := range thread {
		card := v.letter(m)
		if m.ID == v.found.id {
			v.found.card = card
		}
		parts = append(parts, card)
	}
	for _, f := range refused {
		why := f.why
		if f.files {
			why = strings.TrimSpace(why + "\n" + i18n.T("exchanges.file.again", nil))
		}
		parts = append(parts, kit.NewNotice(look.ToneError, i18n.T("exchanges.refused", nil), strings.TrimSpace(why+"\n"+f.text),
			kit.Secondary(i18n.T("exchanges.again", nil), func() {
				v.Insert(f.text)
				_ = v.s.MarkRead(f.id) // its card stays where this fails
			})))
	}
	return kit.Limit(look.TextWidth, kit.Column(look.M, parts...))
}

// letter is one message: whose, when, what, and what became of it.
func (v *Conversation) letter(m view.Message) fyne.CanvasObject {
	by := m.By
	switch {
	case m.Mine && !v.staff:
		by = i18n.T("exchanges.you", nil)
	case m.Staff && !v.staff:
		by = i18n.T("exchanges.from", map[string]any{"By": m.By})
	}
	when := i18n.Capital(i18n.DateTime(time.UnixMicro(m.At).In(portal.Paris)))
	head := []fyne.CanvasObject{kit.Strong(by), kit.Caption(when)}
	if !m.Mine && m.Read == 0 {
		head = append(head, kit.NewChip(look.ToneInfo, "envelope-simple", i18n.T("exchanges.new", nil)))
	}
	if m.ID == v.found.id {
		head = append(head, kit.NewChip(look.ToneWarning, "magnifying-glass", i18n.T("exchanges.found", nil)))
	}
	lines := []fyne.CanvasObject{kit.Line(look.S, head...), kit.Body(m.Text)}
	if files := v.files(m); files != nil {
		lines = append(lines, files)
	}
	if m.Mine {
		tone, icon, word := v.became(m)
		lines = append(lines, kit.Line(0, kit.NewChip(tone, icon, word)))
		return kit.Line(0, kit.Gap(look.XL), kit.Grow(kit.Card(kit.Column(look.XS, lines...)), 120))
	}
	return kit.Card(kit.Column(look.XS, lines...))
}

// became is what is known of a message's way: it waits, it has arrived, the
// other side has opened it.
func (v *Conversation) became(m view.Message) (look.Tone, string, string) {
	switch {
	case m.Pending:
		return look.TonePending, "cloud-arrow-up", i18n.T("exchanges.waiting", nil)
	case m.Read > 0:
		return look.ToneSuccess, "envelope-open", i18n.T(v.key("exchanges.read"), map[string]any{"When": i18n.DateTime(time.UnixMicro(m.Read).In(portal.Paris))})
	}
	return look.ToneNeutral, "check", i18n.T("exchanges.sent", nil)
}

func (v *Conversation) key(key string) string {
	if v.staff {
		return key + "ByFamily"
	}
	return key + "ByAgent"
}

// draft is written at every change without holding the window up; of two
// writings the older one never overwrites the newer.
type draft struct {
	keep func(text string) error

	mu          sync.Mutex
	text        string
	at, written int
}

func (d *draft) changed(text string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.text = text
	d.at++
	return d.at
}

func (d *draft) write(at int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at <= d.written {
		return nil
	}
	if err := d.keep(d.text); err != nil {
		return err
	}
	d.written = d.at
	return nil
}

func (d *draft) flush() error {
	d.mu.Lock()
	at := d.at
	d.mu.Unlock()
	return d.write(at)
}
