package family

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/family"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// page is what is known of one child, with the ways to change it.
type page struct{ *sheet }

// Relation builds the page of one child; its route names it.
func Relation(c *screen.Context, r screen.Route) screen.Screen {
	return openChild(c, c.Session, r).screen()
}

func openChild(c *screen.Context, s Desk, r screen.Route) *page {
	p := &page{newSheet(c, s, r, notices.Child, notices.Custody)}
	p.follow(p.fill, topics)
	return p
}

func (p *page) screen() screen.Screen {
	child, _ := p.c.View.Child(p.id)
	title := t("title")
	if child.FirstName != "" {
		title = child.FirstName + " " + child.LastName
	}
	return screen.Screen{Content: p.page, Title: title, Rail: screen.Relations}
}

func (p *page) fill() {
	child, known := p.c.View.Child(p.id)
	if !known {
		p.body.Set(p.missing("student", t("gone")))
		p.page.Refresh()
		return
	}
	tie := p.c.View.Tie(p.id)
	rights := tie.Rights()
	head := kit.Column(look.XS, kit.Title(child.FirstName+" "+child.LastName), kit.Muted(Who(p.c.View, child)))
	if can := may(child); !tie.Parent() {
		head.Add(kit.Muted(d("child")))
	} else if can != "" {
		head.Add(kit.Muted(t("may", "What", can)))
	}
	parts := []fyne.CanvasObject{head}
	parts = append(parts, p.refused(child)...)
	for _, offer := range []fyne.CanvasObject{p.offer(child), p.payingOffer(child)} {
		if offer != nil {
			parts = append(parts, offer)
		}
	}
	if rights.Health {
		parts = append(parts, p.health(child, rights.Change), p.collectors(child, rights.Change))
	}
	if len(child.Adults) > 0 {
		parts = append(parts, p.adults(child))
	}
	for _, part := range []fyne.CanvasObject{p.weeks(child), p.paying(child), p.payers(child)} {
		if part != nil {
			parts = append(parts, part)
		}
	}
	parts = append(parts, others(p.c, p.s, child)...)
	p.body.Set(kit.Limit(look.FormWidth, kit.Column(look.L, parts...)))
	p.page.Refresh()
}

func toChange(id portal.ID, part string, args ...string) screen.Route {
	return screen.To(screen.RelationChange, append([]string{"id", string(id), "part", part}, args...)...)
}

// The parts of a child that can be changed, as they stand in addresses.
const (
	partHealth  = "health"
	partCollect = "collect"
	partWeeks   = "weeks"
)

// section is a card with its heading, its way to change it, and who last did.
func section(title string, edit func(), waiting bool, at int64, by string, content ...fyne.CanvasObject) fyne.CanvasObject {
	head := []fyne.CanvasObject{kit.Grow(kit.Section(title), 160)}
	if waiting {
		head = append(head, kit.NewChip(look.TonePending, "", t("waiting")))
	}
	if edit != nil {
		head = append(head, kit.Plain(i18n.T("kit.recap.edit", nil), edit).Icon("pencil-simple"))
	}
	lines := append([]fyne.CanvasObject{kit.Line(look.S, head...)}, content...)
	if at > 0 && by != "" {
		lines = append(lines, kit.Rule(), kit.Caption(Changed(at, by)))
	}
	return kit.Card(kit.Column(look.S, lines...))
}

// Changed is who wrote something, and when.
func Changed(at int64, by string) string { return t("changed", "By", by, "When", when(at)) }

func pair(question, answer string) []fyne.CanvasObject {
	a := kit.Body(answer)
	if answer == "" {
		a = kit.Muted(i18n.T("kit.recap.empty", nil))
	}
	return []fyne.CanvasObject{kit.Rule(), kit.Pair(kit.Muted(question), a)}
}

func (p *page) health(child wire.Child, change bool) fyne.CanvasObject {
	var edit func()
	if change {
		edit = func() { p.c.Go(toChange(p.id, partHealth)) }
	}
	return section(t("health.title"), edit, p.c.View.Waits(p.id, wire.ChildHealth), child.HealthAt, child.HealthBy, HealthLines(child.Health())...)
}

// HealthLines is the health of a child as everybody reads it who may.
func HealthLines(h family.Health) []fyne.CanvasObject {
	diet := ""
	if h.Diet != "" {
		diet = t("diet." + h.Diet)
	}
	allergies := h.Allergies
	if allergies == "" {
		allergies = t("health.noAllergy")
	}
	lines := append(pair(t("health.diet"), diet), pair(t("health.allergies"), allergies)...)
	if !h.CarePlan {
		return append(lines, pair(t("health.plan"), t("health.noPlan"))...)
	}
	lines = append(lines, pair(t("health.plan"), t("health.hasPlan"))...)
	lines = append(lines, pair(t("health.actions"), h.CareActions)...)
	meal := t("health.mealSchool")
	if h.MealFromHome {
		meal = t("health.mealHome")
	}
	return append(lines, pair(t("health.meal"), meal)...)
}

func (p *page) collectors(child wire.Child, change bool) fyne.CanvasObject {
	var edit func()
	if change {
		edit = func() { p.c.Go(toChange(p.id, partCollect)) }
	}
	return section(t("collect.title"), edit, p.c.View.Waits(p.id, wire.ChildCollect), child.CollectAt, child.CollectBy, CollectorLines(child.Collectors)...)
}

// CollectorLines is who may collect a child besides its guardians.
func CollectorLines(all []family.Collector) []fyne.CanvasObject {
	if len(all) == 0 {
		return []fyne.CanvasObject{kit.Muted(t("collect.nobody"))}
	}
	lines := []fyne.CanvasObject{kit.Muted(t("collect.lead"))}
	for _, c := range all {
		lines = append(lines, pair(t("collect.person", "Name", c.FirstName+" "+c.LastName, "Relation", c.Relation), phone(c.Phone))...)
	}
	return lines
}

// adults is the other guardians: their names, and what each may know.
func (p *page) adults(child wire.Child) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, a := range child.Adults {
		lines = append(lines, pair(a.Name, t("custody."+a.Custody))...)
	}
	return section(t("adults.title"), nil, false, 0, "", append(lines, kit.Rule(), kit.Caption(t("adults.text")))...)
}

// phone is a number as one reads it: French ones in pairs.
func phone(e164 string) string {
	if len(e164) != 12 || e164[:3] != "+33" {
		return e164
	}
	s := "0" + e164[3:]
	out := s[:2]
	for i := 2; i < len(s); i += 2 {
		out += "\u00a0" + s[i:i+2]
	}
	return out
}
