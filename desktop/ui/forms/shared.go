package forms

import (
	"bytes"
	"encoding/json"
	"time"

	"parvis/desktop/cache"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// NoteDraft and NoteDrop are the texts by which a draft is called while it
// waits to reach the person's other computers, and where that is refused.
const (
	NoteDraft = "forms.note.draft"
	NoteDrop  = "forms.note.drop"
)

// form is a draft as it goes to the person's other computers.
func (d *Draft) form() requests.DraftForm {
	f := requests.DraftForm{
		ID: d.ID, Procedure: d.Procedure, Version: d.Version, Request: d.Request, Fresh: d.Fresh, Terms: d.Terms,
		Page: d.Page, PageAt: d.PageAt, Fields: map[string]requests.DraftField{},
	}
	for key, at := range d.At {
		f.Fields[key] = requests.DraftField{Value: json.RawMessage("null"), At: at}
	}
	for key, v := range d.Answers {
		raw, err := json.Marshal(v)
		if err != nil {
			continue // no value that a form could hold
		}
		at, timed := d.At[key]
		if !timed && !d.Saved.IsZero() {
			at = d.Saved.UnixMicro() // kept before answers had instants of their own
		}
		f.Fields[key] = requests.DraftField{Value: raw, At: at}
	}
	return f
}

// stamp notes when what differs from a state of before was answered, and gives
// the state it is now.
func (d *Draft) stamp(before requests.DraftForm, now time.Time) requests.DraftForm {
	f := before.With(d.Answers, now.UnixMicro())
	d.At = make(map[string]int64, len(f.Fields))
	for key, field := range f.Fields {
		d.At[key] = field.At
	}
	return f
}

// take brings in what was written of a draft on another computer.
func (d *Draft) take(f requests.DraftForm) {
	before := d.form()
	merged := requests.MergeDrafts(before, f)
	for key, field := range merged.Fields {
		if !bytes.Equal(field.Value, before.Fields[key].Value) {
			delete(d.Marks, key)
		}
	}
	d.Procedure, d.Version, d.Request, d.Fresh, d.Terms = merged.Procedure, merged.Version, merged.Request, merged.Fresh, merged.Terms
	d.Page, d.PageAt, d.Answers = merged.Page, merged.PageAt, merged.Answers()
	d.At = make(map[string]int64, len(merged.Fields))
	for key, field := range merged.Fields {
		d.At[key] = field.At
	}
	if at := time.UnixMicro(merged.Latest()); at.After(d.Saved) {
		d.Saved = at
	}
	d.Shared = max(d.Shared, f.Latest())
}

// elsewhere is a draft as other computers have left it.
func (r room) elsewhere(id portal.ID) (requests.DraftForm, bool) {
	for _, f := range r.View.Drafts() {
		if f.ID == id {
			return f, true
		}
	}
	return requests.DraftForm{}, false
}

// over tells whether a draft was sent, or thrown away since it was last
// written, on whatever computer.
func (r room) over(d *Draft) bool {
	at := r.View.DroppedAt(d.ID)
	return r.View.Sent(d.Request) || at > 0 && at >= d.form().Latest()
}

// share sends a draft to the person's other computers, where it is not there
// as it stands. Of several states of it that wait, only the newest is sent.
func (r room) share(d *Draft) error {
	f := d.form()
	if !d.begun() || f.Latest() <= d.Shared {
		return nil
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if len(raw) > requests.MaxDraft {
		return nil // kept here, and told when it is sent
	}
	for _, p := range r.View.Waiting() {
		if _, args, err := wire.ReadCommand(p.Body); err == nil && p.Number == 0 {
			if s, ok := args.(*wire.SaveDraft); ok {
				if waiting, wrong := requests.DecodeDraft(s.Draft); wrong == nil && waiting.ID == d.ID {
					_ = r.desk.Undo(p.ID) // one that has just left arrives before this one
				}
			}
		}
	}
	if _, err := r.desk.Submit(wire.DraftSave, wire.SaveDraft{Draft: raw}, r.draftNote(NoteDraft, d)); err != nil {
		return err
	}
	d.Shared = f.Latest()
	return nil
}

func (r room) draftNote(key string, d *Draft) cache.Note {
	title := d.Procedure
	if p, known := r.View.Procedure(d.Procedure); known {
		title = in(p.Title)
	}
	return cache.Note{Key: key, Args: map[string]string{"Procedure": title}}
}

// throwAway forgets a draft here and on the person's other computers; bring
// gives it back.
func (r room) throwAway(d *Draft) (bring func() error, err error) {
	if err := r.desk.Keep(draftKind, string(d.ID), nil); err != nil {
		return nil, err
	}
	var drop portal.ID
	if _, there := r.elsewhere(d.ID); there || d.Shared > 0 {
		if drop, err = r.desk.Submit(wire.DraftDrop, wire.DropDraft{Draft: d.ID}, r.draftNote(NoteDrop, d)); err != nil {
			return nil, err
		}
	}
	return func() error {
		if drop != "" && r.desk.Undo(drop) != nil {
			// It has left: the draft comes back as one written after that.
			d.PageAt = r.View.Now().UnixMicro() + 1
			d.Shared = 0
			if err := r.share(d); err != nil {
				return err
			}
		}
		return r.desk.Keep(draftKind, string(d.ID), d)
	}, nil
}
