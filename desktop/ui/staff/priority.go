package staff

import (
	"slices"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/bookings"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// prioritised reports whether some draw of the town asks whom the town hall lets
// come first.
func (k *children) prioritised() bool {
	return slices.ContainsFunc(k.c.View.Openings(), func(o bookings.Opening) bool {
		return slices.ContainsFunc(o.Criteria, func(c bookings.Criterion) bool { return c.Key == bookings.ByPriority })
	})
}

// priority is whether a child comes first where places are drawn.
func (k *children) priority(child wire.Child, heading func(string, bool) fyne.CanvasObject) []fyne.CanvasObject {
	waiting := k.c.View.Waits(child.ID, wire.ChildPriority)
	says, action := ts("priority.not"), kit.Secondary(ts("priority.give"), func() {
		k.c.Go(screen.To(screen.StaffChildren, "account", string(k.account), "desk", k.desk, "request", k.request, "child", string(child.ID), "do", wire.ChildPriority))
	}).Icon("star")
	if child.Priority {
		says, action = ts("priority.has"), kit.Plain(ts("priority.take"), func() {
			k.submit(wire.ChildPriority, wire.SetPriority{Child: child.ID}, "priority", child)
			k.fill()
		}).Icon("x-circle")
	}
	parts := []fyne.CanvasObject{heading(ts("priority.title"), waiting), kit.Body(says)}
	if !waiting {
		parts = append(parts, kit.Line(look.S, action))
	}
	return parts
}

// givePriority asks why: only agents read it.
func (k *children) givePriority(child wire.Child) screen.Screen {
	reason := kit.LongField(ts("priority.reason"), 3).Named("reason").Hint(ts("priority.reasonHint")).Needed(ts("priority.reasonMissing")).Most(requests.MaxNote)
	return k.form(ts("priority.give"), ts("priority.give"), child, func() bool {
		return k.submit(wire.ChildPriority, wire.SetPriority{Child: child.ID, On: true, Reason: reason.Value()}, "priority", child)
	}, reason)
}
