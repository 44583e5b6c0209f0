package view

import (
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Waits reports whether a command of a type about a child waits.
func (v *View) Waits(child portal.ID, kind string) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.over.waits[child][kind]
}

// child is a linked child with what waits.
func (v *View) child(id portal.ID, over *overlay) (wire.Child, bool) {
	if c, ok := over.children[id]; ok {
		return c, true
	}
	c, ok := v.own.children[id]
	return c, ok
}

// children is all of them.
func (v *View) children(over *overlay) map[portal.ID]wire.Child {
	if len(over.children) == 0 {
		return v.own.children
	}
	out := make(map[portal.ID]wire.Child, len(v.own.children))
	for id := range v.own.children {
		out[id], _ = v.child(id, over)
	}
	return out
}

// UntoldAbout is the notices of some kinds about a thing that were not read.
func (v *View) UntoldAbout(about portal.ID, kinds ...string) (ids []portal.ID) {
	for _, n := range v.Told() {
		for _, k := range kinds {
			if n.Unread && n.About == about && n.Kind == k {
				ids = append(ids, n.ID)
			}
		}
	}
	return ids
}

// kin shows what waits about a child. Only what a parent decides alone is shown
// as it will be: what needs the other one, or the town hall, is said to wait.
func (p *pass) kin(c *command) *portal.Error {
	switch a := c.args.(type) {
	case *wire.ChangeHealth:
		p.wait(c, a.Child, wire.ChildHealth)
		child, there := p.v.child(a.Child, p.over)
		to, now := a.Health.Normalise(), child.Health()
		if !there || to == now {
			return nil
		}
		if a.Was.Normalise() != now.Normalise() {
			return meanwhile(c, "health", child.HealthBy)
		}
		child.SetHealth(to)
		child.HealthAt, child.HealthBy = c.At.UnixMicro(), p.v.myName()
		p.over.children[a.Child] = child
	case *wire.ChangeCollectors:
		p.wait(c, a.Child, wire.ChildCollect)
		child, there := p.v.child(a.Child, p.over)
		if !there || family.SameCollectors(a.Collectors, child.Collectors) {
			return nil
		}
		if !family.SameCollectors(a.Was, child.Collectors) {
			return meanwhile(c, "collectors", child.CollectBy)
		}
		child.Collectors = family.NormaliseCollectors(a.Collectors)
		child.CollectAt, child.CollectBy = c.At.UnixMicro(), p.v.myName()
		p.over.children[a.Child] = child
	case *wire.SetPriority:
		p.wait(c, a.Child, wire.ChildPriority)
	case *wire.ProposeWeeks:
		p.wait(c, a.Child, wire.WeeksPropose)
	case *wire.AnswerWeeks:
		p.wait(c, a.Child, wire.WeeksAnswer)
	case *wire.EndWeeks:
		p.wait(c, a.Child, wire.WeeksEnd)
	case *wire.ProposePaying:
		p.wait(c, a.Child, wire.PayingPropose)
	case *wire.AnswerPaying:
		p.wait(c, a.Child, wire.PayingAnswer)
	case *wire.EndPaying:
		p.wait(c, a.Child, wire.PayingEnd)
	case *wire.SetPayers:
		p.wait(c, a.Child, wire.PayersSet)
	case *wire.SetWeeks:
		p.wait(c, a.Child, wire.WeeksSet)
	case *wire.LinkParent:
		p.wait(c, a.Child, wire.CustodyLink)
	case *wire.SetCustody:
		p.wait(c, a.Child, wire.CustodySet)
	case *wire.EndCustody:
		p.wait(c, a.Child, wire.CustodyEnd)
	}
	return nil
}

// meanwhile is the doubt about a change of what another has changed. One that
// is under way may well have made what stands here itself.
func meanwhile(c *command, field, by string) *portal.Error {
	if c.Number != 0 {
		return nil
	}
	return portal.E(family.ChangedMeanwhile, field, "by", by)
}

func (p *pass) wait(c *command, child portal.ID, kind string) {
	if p.over.waits[child] == nil {
		p.over.waits[child] = map[string]bool{}
	}
	p.over.waits[child][kind] = true
	p.over.look(wire.Children, child, string(c.ID))
}
