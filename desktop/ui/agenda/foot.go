package agenda

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/shared/portal"
)

// subject is what the line is about, nothing while it says the hint.
type subject struct {
	of  slot
	day portal.Date
}

// tell has the line say what a day is, and the hint where there is none.
func (a *agenda) tell(of slot, d kit.Day, ok bool) {
	a.line.Tell(d, ok)
	a.tells(of, dateOf(d.Date), ok)
}

// tells keeps what the line is about, and has the foot follow.
func (a *agenda) tells(of slot, day portal.Date, ok bool) {
	before := a.told
	a.told = subject{}
	if ok {
		a.told = subject{of, day}
	}
	a.offerPrice()
	if a.foot != nil && a.told != before && (a.key != nil || a.strip.Visible()) {
		a.foot.Refresh()
	}
}

// repeats reports whether the line says nothing that matters beside the strip: the
// hint, or the day that the strip tells of.
func (a *agenda) repeats() bool {
	if a.told == (subject{}) {
		return true
	}
	last := a.acts.last
	return last != nil && a.told == subject{last.of, last.day}
}

// stripFoot is what was just done below a list, as wide as that.
func (a *agenda) stripFoot() fyne.CanvasObject {
	return kit.Limit(look.PageWidth+2*look.L, kit.PadXY(look.L, look.S, a.strip))
}

// underline is the fixed line about a day, and beside it, or under it where
// there is no room, what was just done. A rule parts it from what scrolls above it.
func (a *agenda) underline(ruled bool) fyne.CanvasObject {
	// What leads on from here stands at the end of the line, under it where there is
	// no room, and gives its place to what was just done where there is none for both.
	// Each within its own box, which is hidden in its place: what is hidden itself
	// measures nothing.
	var also []*fyne.Container
	parts := []fyne.CanvasObject{a.line, a.strip}
	if a.price != nil {
		also = []*fyne.Container{kit.Column(0, a.price), kit.Column(0, a.toGroup())}
		parts = append(parts, also[0], also[1])
	}
	size := func(way *fyne.Container) (width, height float32) {
		width = kit.NaturalWidth(way.Objects[0])
		return width, kit.HeightFor(way.Objects[0], width)
	}
	if a.key != nil {
		parts = append(parts, a.key)
	}
	rule, top := kit.Rule(), float32(0)
	if ruled {
		parts, top = append(parts, rule), look.XS
	}
	// walk goes over what is seen, with its place, and says how tall all of it is.
	walk := func(width float32, put func(o fyne.CanvasObject, x, y, w, h float32)) (bottom float32) {
		w := min(width-look.Px(look.M+look.S), look.Px(look.PageWidth))
		beside, least, below := w >= look.Px(wideFoot), look.Px(48), look.Px(look.XS)
		place := func(o fyne.CanvasObject, x, y, w, h float32) {
			bottom = max(bottom, y+h+below)
			if put != nil {
				put(o, x, y, w, h)
			}
		}
		x, y, gap := look.Px(look.M), look.Px(top), look.Px(look.M)
		aw, ah := float32(0), float32(0)
		for _, way := range also {
			wide, h := size(way)
			aw, ah = max(aw, wide), ah+h
		}
		ways := func(x, y float32) {
			for i, way := range also {
				_, h := size(way)
				// They need no room below them: what is pressed of them is taller than
				// its words.
				if bottom = max(bottom, y+h); put != nil && (i > 0 || a.offered) {
					put(way, x, y, aw, h)
				}
				y += h
			}
		}
		line := func(w, within float32) float32 {
			h, o := a.line.HeightFor(w), fyne.CanvasObject(a.line)
			if a.key != nil && w >= look.Px(wideFoot) && !a.strip.Visible() && a.told == (subject{}) {
				h, o = kit.HeightFor(a.key.Object(), w), a.key
			}
			place(o, x, y+max(0, (within-h)/2), w, h)
			return h
		}
		strip := func(x, w, within float32) {
			h := a.strip.HeightFor(w)
			place(a.strip, x, y+max(0, (within-h)/2), w, h)
		}
		if beside {
			least, below = max(least, ah), look.Px(1) // two lines of the strip just have room in that
			if a.key != nil {                         // what the signs mean comes and goes within its room
				least = max(least, kit.HeightFor(a.key.Object(), w)+look.Px(look.XS))
			}
		}
		switch {
		case !a.strip.Visible() && beside:
			if aw > 0 {
				ways(x+w-aw, y+(least-ah)/2)
				line(w-aw-gap, least)
			} else {
				line(w, least)
			}
		case !a.strip.Visible():
			y += line(w, 0)
			if aw > 0 {
				ways(x, max(y, least))
			}
		case beside && aw > 0 && w-aw-gap >= look.Px(wideBoth):
			half := (w - aw - 2*gap) / 2
			within := max(least, a.strip.HeightFor(half), a.line.HeightFor(half))
			ways(x+w-aw, y+(within-ah)/2)
			line(half, within)
			strip(x+half+gap, half, within)
		case beside:
			// At 1024 strip and line then need two lines each.
			half := (w - gap) / 2
			within := max(least, a.line.HeightFor(half), a.strip.HeightFor(half))
			line(w-gap-half, within)
			strip(x+w-half, half, within)
		default:
			// Large text leaves no room for what is said twice: a week has to stay
			// in sight.
			if !a.repeats() {
				y += line(w, 0) + look.Px(look.XS)
			}
			strip(x, w, 0)
		}
		if beside && bottom > look.Px(top)+least { // three lines are off the window's edge as well
			bottom += look.Px(look.XS) - below
		}
		return max(bottom, look.Px(top)+max(look.Px(48+look.XS), least))
	}
	return arrange.New(func(size fyne.Size) {
		seen := map[fyne.CanvasObject]bool{}
		walk(size.Width, func(o fyne.CanvasObject, x, y, w, h float32) {
			seen[o] = true
			arrange.Put(o, x, y, w, h)
		})
		for _, o := range parts {
			if o != fyne.CanvasObject(a.strip) && o != fyne.CanvasObject(rule) {
				show(o, seen[o])
			}
		}
		arrange.Put(rule, 0, 0, size.Width, look.HairlineWidth)
	}, func(width float32) float32 { return walk(width, nil) }, parts...)
}
