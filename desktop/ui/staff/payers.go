package staff

import (
	"strconv"
	"strings"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Who may be chosen besides accounts.
const (
	whoBooks = "booker"
	nobody   = "none"
)

// payers is where an agent writes who pays for what is booked of a child, on what
// they have seen decided or agreed.
func (k *children) payers(child wire.Child) screen.Screen {
	today := k.c.View.Today()
	from := kit.DateField(i18n.Say("family.payers.fromField")).Named("from").Needed(i18n.Say("family.payers.fromMissing")).Rule(func(v string) string {
		if d := portal.Date(v); d < today || d > today.Add(366) {
			return i18n.Say("family.payers.fromBad")
		}
		return ""
	})
	from.SetValue(string(today))
	who := []kit.Option{{Value: whoBooks, Label: i18n.Capital(i18n.Say("family.payers.booker"))}}
	for _, a := range child.Adults {
		who = append(who, kit.Option{Value: string(a.Account), Label: a.Name})
	}
	for _, o := range k.c.View.Organisations() {
		who = append(who, kit.Option{Value: string(o.ID), Label: o.Name})
	}
	first := kit.SelectField(i18n.Say("family.payers.first"), who...).Named("first").Hint(i18n.Say("family.payers.firstHint")).Needed(i18n.Say("family.payers.firstMissing"))
	percent := kit.TextField(i18n.Say("family.payers.percent")).Named("percent").Width(120).Most(3).Needed(i18n.Say("family.payers.percentBad")).Rule(func(v string) string {
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err != nil || n < 1 || n > 100 {
			return i18n.Say("family.payers.percentBad")
		}
		return ""
	})
	percent.SetValue("100")
	second := kit.SelectField(i18n.Say("family.payers.second"), append([]kit.Option{{Value: nobody, Label: i18n.Say("family.payers.nobody")}}, who...)...).Named("second").Needed(i18n.Say("family.payers.secondMissing"))
	second.SetValue(nobody)
	reason := kit.LongField(i18n.Say("family.payers.reason"), 2).Named("reason").Hint(i18n.Say("family.payers.reasonHint")).Needed(i18n.Say("family.payers.reasonMissing")).Most(ledger.MostReason)
	return k.form(i18n.Say("family.payers.change"), i18n.T("family.save", nil), child, func() bool {
		shares, wrong := sharesOf(first.Value(), percent.Value(), second.Value())
		if wrong != nil {
			second.SetMistake(outcome.Sentence(wrong))
			second.Focus()
			return false
		}
		return k.submit(wire.PayersSet, wire.SetPayers{Child: child.ID, From: portal.Date(from.Value()), Shares: shares, Reason: strings.TrimSpace(reason.Value())}, "payers", child)
	}, kit.Muted(i18n.Say("family.payers.lead")), from, first, percent, second, reason)
}

// sharesOf is what was chosen; whoever books alone is no share at all.
func sharesOf(first, percent, second string) (ledger.Shares, *portal.Error) {
	payer := func(who string) portal.ID {
		if who == whoBooks {
			return ""
		}
		return portal.ID(who)
	}
	n, _ := strconv.Atoi(strings.TrimSpace(percent))
	shares := ledger.Shares{{Payer: payer(first), Percent: n}}
	if second != nobody {
		shares = append(shares, ledger.Share{Payer: payer(second), Percent: 100 - n})
	}
	if first == whoBooks && second == nobody && n == 100 {
		return nil, nil
	}
	return shares, shares.Check()
}
