package app

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
)

// shortcuts are the keys that work on every screen.
func (a *App) shortcuts() {
	c := a.window.Canvas()
	escape := func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape && a.files.Dismiss() {
			return true
		}
		if e.Name == fyne.KeyEscape && a.shown.Escape != nil && a.shown.Escape() {
			return true
		}
		// A part of the program is nothing that one gets out of: a second
		// Escape, after a dialog's, must not lose the place.
		if e.Name != fyne.KeyEscape || len(a.behind) == 0 || a.partOfRail() {
			return false
		}
		a.Back()
		return true
	}
	a.shell.SetUnhandledKeys(c, a.helpFirst(escape))
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyLeft, Modifier: fyne.KeyModifierAlt}, func(fyne.Shortcut) {
		if c.Overlays().Top() == nil {
			a.Back()
		}
	})
	for i := range 9 {
		key := fyne.KeyName(string(rune('1' + i)))
		kit.OnPage(c, &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierAlt}, func() {
			if items := a.shell.Rail.Items(); i < len(items) && c.Overlays().Top() == nil {
				a.Go(screen.To(items[i].ID))
			}
		})
	}
	step := func(by float32) func() {
		return func() { a.rescale(look.Current().Scale() + by) }
	}
	for _, k := range larger {
		kit.OnPage(c, k, step(0.25))
	}
	kit.OnPage(c, &desktop.CustomShortcut{KeyName: fyne.KeyMinus, Modifier: fyne.KeyModifierControl}, step(-0.25))
	kit.OnPage(c, &desktop.CustomShortcut{KeyName: fyne.Key0, Modifier: fyne.KeyModifierControl}, func() { a.rescale(1) })
}

// partOfRail tells whether the screen is one that the rail leads to.
func (a *App) partOfRail() bool {
	return slices.ContainsFunc(a.shell.Rail.Items(), func(it kit.RailItem) bool { return it.ID == a.now.Name })
}

// larger are the keys that make the text larger: Ctrl and the plus, which on
// most keyboards is the upper sign of the key of the equals sign.
var larger = []*desktop.CustomShortcut{
	{KeyName: fyne.KeyPlus, Modifier: fyne.KeyModifierControl},
	{KeyName: fyne.KeyEqual, Modifier: fyne.KeyModifierControl},
	{KeyName: fyne.KeyPlus, Modifier: fyne.KeyModifierControl | fyne.KeyModifierShift},
	{KeyName: fyne.KeyEqual, Modifier: fyne.KeyModifierControl | fyne.KeyModifierShift},
}
