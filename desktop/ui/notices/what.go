package notices

import (
	"strconv"
	"strings"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/closures"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/view"
	"parvis/shared/accounts"
	rules "parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/words"
)

// what is what has happened, where the town hall says so, and a line of what is
// different now; "" where it does not. It stands in the window alone: the
// system's own notice says Sentence.
func (l *list) what(n view.Told) (title, detail string) {
	key := "notices.what." + n.Kind + "." + n.What
	if n.What == "" || !i18n.Has(key) {
		return "", ""
	}
	args := map[string]any{"Name": n.Args["name"], "Placed": n.Args["placed"], "Asked": n.Args["asked"], "Child": n.Args["child"], "Days": n.Args["days"]}
	if n.What == string(rules.BalanceLow) {
		cents, err := strconv.ParseInt(n.Args[rules.ArgLevel], 10, 64)
		if err != nil {
			return "", ""
		}
		args["Level"] = i18n.Money(cents)
	}
	if n.Kind == string(rules.Place) {
		day := portal.Date(n.Args[rules.ArgDay])
		if !day.Valid() {
			return "", ""
		}
		args["Child"], args["Day"] = words.Called(n.Args[rules.ArgChild]), i18n.DayDate(outcome.Day(day))
		for _, a := range l.c.View.Activities() {
			if string(a.ID) == n.Args[rules.ArgActivity] {
				detail = a.Name.In(i18n.Language()) + "\n"
			}
		}
	}
	if n.Kind == string(rules.Closure) {
		c, there := l.c.View.TownClosure(n.About)
		if !there {
			return "", ""
		}
		args["What"], args["When"] = closures.Heading(c.Closure), closures.When(c.Closure)
		detail = closures.Where(l.c.View, c.Closure) + "\n"
	}
	title = i18n.Capital(i18n.T(key, args))
	if n.What == string(rules.AccessChanged) {
		if parts := l.differences(n.Args); len(parts) > 0 {
			detail = i18n.Capital(strings.Join(parts, rules.ArgSeparator)) + "\n"
		}
	}
	return title, detail
}

// differences is what of an access is another, a few words each.
func (l *list) differences(args map[string]string) (out []string) {
	say := func(key string, pairs ...any) { out = append(out, i18n.Say("notices.what.access."+key, pairs...)) }
	if lost := args[rules.ArgLost]; lost != "" {
		var names []string
		for name := range strings.SplitSeq(lost, rules.ArgSeparator) {
			names = append(names, words.Called(name))
		}
		say("lostChildren", "Children", i18n.List(names))
	}
	switch accounts.DelegateLevel(args[rules.ArgLevel]) {
	case accounts.LevelSee:
		say("see")
	case accounts.LevelBook:
		say("book")
	}
	if ids, changed := args[rules.ArgActivities]; changed {
		var names []string
		for _, a := range l.c.View.Activities() {
			if strings.Contains(rules.ArgSeparator+ids+rules.ArgSeparator, rules.ArgSeparator+string(a.ID)+rules.ArgSeparator) {
				names = append(names, a.Name.In(i18n.Language()))
			}
		}
		if ids == "" {
			say("allActivities")
		} else if len(names) > 0 {
			say("activities", "Activities", i18n.List(names))
		}
	}
	if until, changed := args[rules.ArgUntil]; changed {
		if day := portal.Date(until); day.Valid() {
			say("until", "Until", i18n.Date(outcome.Day(day)))
		} else {
			say("noEnd")
		}
	}
	return out
}
