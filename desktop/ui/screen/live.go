package screen

import (
	"fyne.io/fyne/v2"

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
		return "sun"
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
