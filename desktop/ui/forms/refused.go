package forms

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// refusal is a request that was refused when it arrived, before anybody at the
// town hall had read it.
type refusal struct {
	cache.Refusal
	args *wire.SubmitRequest
}

// refusals is those not read yet, the newest first.
func (r room) refusals() []refusal {
	var out []refusal
	for _, f := range r.View.Refusals() {
		_, args, err := wire.ReadCommand(f.Body)
		if a, ok := args.(*wire.SubmitRequest); ok && err == nil {
			out = append([]refusal{{f, a}}, out...)
		}
	}
	return out
}

func (r room) refusalOf(request portal.ID) (refusal, bool) {
	for _, f := range r.refusals() {
		if f.args.Request == request {
			return f, true
		}
	}
	return refusal{}, false
}

// refusalCard says what was refused, why, and what can be done about it.
func (r room) refusalCard(f refusal) fyne.CanvasObject {
	p, known := r.View.Procedure(f.args.Procedure)
	what := i18n.Joined(f.Note.Args["Procedure"], f.Note.Args["Person"])
	why := say("trouble")
	if f.Verdict.Error != nil {
		why = whyRefused(p, f.Verdict.Error)
	}
	var actions []fyne.CanvasObject
	if known {
		actions = append(actions, kit.Secondary(say("refused.resume"), func() { r.resumeRefused(f) }))
	}
	actions = append(actions, kit.Plain(say("refused.read"), func() {
		if err := r.desk.MarkRead(f.ID); err != nil {
			r.Toasts.Say(look.ToneError, trouble(err))
		}
	}))
	return kit.NewNotice(look.ToneError, say("refused.title", "What", what), why, actions...)
}

// resumeRefused makes a draft of what was refused. The refusal is read once
// the draft is kept, so that nothing typed is ever lost between the two.
func (r room) resumeRefused(f refusal) {
	d := r.restore(f.ID, f.args, f.Verdict.Error)
	if err := r.save(d); err != nil {
		r.Toasts.Say(look.ToneError, trouble(err))
		return
	}
	if err := r.desk.MarkRead(f.ID); err != nil {
		r.Toasts.Say(look.ToneError, trouble(err))
	}
	r.resume(d)
}
