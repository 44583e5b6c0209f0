package view

import (
	"slices"

	rules "parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Told is something that happened, as it stands under the bell.
type Told struct {
	wire.Notice
	Unread bool
}

// Told is what this account was told of, the newest first.
func (v *View) Told() []Told {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []Told
	for id, n := range v.own.notices {
		out = append(out, Told{n, n.Read == 0 && !v.over.told[id]})
	}
	slices.SortFunc(out, func(a, b Told) int { return firstOf(compare(b.At, a.At), compare(b.ID, a.ID)) })
	return out
}

// Untold is how much of it is unread.
func (v *View) Untold() (n int) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for id, t := range v.own.notices {
		if t.Read == 0 && !v.over.told[id] {
			n++
		}
	}
	return n
}

// MailFor is how a kind of notice comes to this account by mail.
func (v *View) MailFor(kind rules.Kind) rules.Mail {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if m, waits := v.over.mail[string(kind)]; waits {
		return rules.Mail(m)
	}
	if m, chosen := v.own.choices[v.account].Mail[string(kind)]; chosen {
		return rules.Mail(m)
	}
	spec, _ := rules.Find(kind)
	return spec.Mail
}

func (v *View) noticesAbout(kind rules.Kind, about portal.ID) (ids []portal.ID) {
	for id, n := range v.own.notices {
		if n.Kind == string(kind) && n.About == about && n.Read == 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

func (p *pass) readNotices(ids []portal.ID) {
	for _, id := range ids {
		p.over.told[id] = true
		p.over.look(wire.Notices, id, "read")
	}
}

// nothingAsked takes as read what was told of a correction that is answered, or
// whose request was taken back.
func (p *pass) nothingAsked(request portal.ID) {
	p.readNotices(p.v.noticesAbout(rules.Correction, request))
}
