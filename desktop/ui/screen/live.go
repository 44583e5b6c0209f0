package screen

import (
	"cmp"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/view"
	"parvis/shared/bookings"
)

// Live is a page that is built anew when what it shows changes, and stays where
// it was scrolled to.
func (c *Context) Live(build func() fyne.CanvasObject, topics ...view.Topic) *kit.Page {
	swap := kit.NewSwap(build())
	page := kit.NewPage(swap)
	c.On(func() {
		swap.Set(build())
		page.Refresh()
	}, topics...)
	return page
}

// ActivityIcon is the sign of a kind of activity.
func ActivityIcon(kind string) string {
	switch kind {
	case bookings.Canteen:
		return "fork-knife"
	case bookings.Morning:
		return "sun-horizon"
	case bookings.Evening:
		return "moon"
	case bookings.Study:
		return "book-open"
	case bookings.Wednesday:
		return "soccer-ball"
	case bookings.Holidays:
		return "tent"
	}
	return "calendar"
}

// CashDeskName is what a cash desk is called or, where the town has not said so, what
// is paid there.
func CashDeskName(v *view.View, cashDesk string) string {
	for _, d := range v.CashDesks() {
		if d.Key == cashDesk && d.Name != "" {
			return d.Name
		}
	}
	var names []string
	for _, a := range v.Activities() {
		if a.CashDesk == cashDesk {
			names = append(names, a.Name.In(i18n.Language()))
		}
	}
	return cmp.Or(i18n.Labels(names), cashDesk)
}

// CashDeskWhere is what a cash desk is called where the account pays at several,
// and "" where it does at one: nothing is said then that nobody asks.
func CashDeskWhere(v *view.View, cashDesk string) string {
	if len(v.Balances()) < 2 || cashDesk == "" {
		return ""
	}
	return CashDeskName(v, cashDesk)
}
