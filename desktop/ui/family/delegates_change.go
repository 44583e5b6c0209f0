package family

import (
	"slices"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
)

// changing starts from an access that stands: its steps are those of an
// invitation, without whom it is for.
func (f *inviting) changing(one view.Delegation) {
	f.is.change, f.is.step = one.ID, stepWhat
	f.is.mail, f.is.kind, f.is.level = one.Mail, one.Kind, one.Level
	f.is.children = one.Rule().Children
	f.is.activities, f.is.only = one.Activities, len(one.Activities) > 0
	f.is.until = one.Until
	if one.Until != f.yearEnds() {
		f.is.bound = untilDate
	}
}

// name is what the screen is called.
func (f *inviting) name() string {
	if one, there := f.changed(); there {
		return d("change.title", "Name", other(one))
	}
	return d("invite")
}

// changed is the access that is changed, as it stands.
func (f *inviting) changed() (view.Delegation, bool) {
	if f.is.change == "" {
		return view.Delegation{}, false
	}
	return f.c.View.Delegation(f.is.change)
}

// keepsNone reports whether none of the children of before would be left.
func (f *inviting) keepsNone(children []portal.ID) bool {
	one, there := f.changed()
	return there && !slices.ContainsFunc(children, one.Names)
}

// foretold says what the change does, before it is sent: what ends, and for
// whom the person has to say yes first.
func (f *inviting) foretold(args wire.InviteDelegate) *kit.Notice {
	one, _ := f.changed()
	var added []string
	for _, id := range args.Children {
		if child, known := f.c.View.Child(id); known && !one.Names(id) {
			added = append(added, words.Called(child.FirstName))
		}
	}
	text := d("change.lead", "Name", other(one))
	if len(added) > 0 {
		text += "\n" + d("change.added", "Name", other(one), "Children", i18n.List(added))
	}
	return kit.NewNotice(look.ToneInfo, d("change.notYet"), text)
}

// save keeps the change, and goes back to the access.
func (f *inviting) save(args wire.InviteDelegate) {
	one, _ := f.changed()
	change := wire.ChangeDelegation{Delegation: f.is.change, Level: args.Level, Children: args.Children, Activities: args.Activities, Until: args.Until}
	if slices.ContainsFunc(args.Children, func(id portal.ID) bool { return !one.Names(id) }) {
		change.Invitation = f.is.id
	}
	if _, err := f.s.Submit(wire.DelegationChange, change, cache.Note{Key: "delegates.note.change", Args: map[string]string{"Name": other(one)}}); err != nil {
		f.strip.Say(look.ToneError, outcome.Sentence(err), "", nil)
		f.page.Reveal(f.strip)
		return
	}
	f.c.Kept = nil
	f.c.Replace(toAccess(f.is.change))
}
