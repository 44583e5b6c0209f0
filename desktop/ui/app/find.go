package app

import (
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/finding"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
)

// findKeys open the search from anywhere.
var findKeys = []*desktop.CustomShortcut{
	{KeyName: fyne.KeyK, Modifier: fyne.KeyModifierControl},
	{KeyName: fyne.KeyK, Modifier: fyne.KeyModifierSuper},
}

// makeFinder makes the search over everything, and its keys.
func (a *App) makeFinder() {
	signedOut := func() bool {
		_, in := a.o.Session.Person()
		return !in
	}
	set := func(f func(*cache.Settings)) func() { return func() { a.change(f) } }
	theme := func(name, icon string, p look.Palette) finding.Action {
		return finding.Action{Name: name, Icon: icon, Away: func() bool { return look.Current().Palette() == p }, Do: set(func(s *cache.Settings) { s.Theme = string(p) })}
	}
	language := func(name, lang string) finding.Action {
		return finding.Action{Name: name, Icon: "translate", Away: func() bool { return i18n.Language() == lang }, Do: set(func(s *cache.Settings) { s.Language = lang })}
	}
	scale := func(name, icon string, to func(float32) float32) finding.Action {
		next := func() float32 { return min(max(to(look.Current().Scale()), look.MinScale), look.MaxScale) }
		return finding.Action{Name: name, Icon: icon, Away: func() bool { return next() == look.Current().Scale() }, Do: func() { a.rescale(next()) }}
	}
	a.finder = finding.New(finding.Options{
		Session: a.o.Session, Scope: a.life, Dialogs: a.dialogs, Go: a.Go,
		Help: func(r screen.Route) {
			a.Go(r)
			if a.shell.Sheet() == nil {
				a.toggleHelp()
			}
		},
		Actions: []finding.Action{
			{Name: "signOut", Icon: "sign-out", Away: signedOut, Do: a.signOut},
			theme("light", "sun", look.Light), theme("dark", "moon", look.Dark), theme("auto", "circle-half", look.Auto),
			{Name: "contrast", Icon: "circle-half", Do: set(func(s *cache.Settings) { s.Contrast = !s.Contrast })},
			scale("larger", "text-aa", func(s float32) float32 { return s + 0.25 }), scale("smaller", "text-aa", func(s float32) float32 { return s - 0.25 }),
			scale("normal", "text-aa", func(float32) float32 { return 1 }),
			language("french", i18n.French), language("english", i18n.English),
			{Name: "help", Icon: "question", Do: func() {
				if a.shell.Sheet() == nil {
					a.toggleHelp()
				}
			}},
			{Name: "line", Icon: "cloud-check", Do: a.lineDetails},
			{Name: "refresh", Icon: "arrows-clockwise", Do: a.o.Session.TryNow},
		},
	})
	for _, k := range findKeys {
		kit.Everywhere(a.window.Canvas(), k, a.Find)
	}
}

// Find opens the search over everything, or puts it away; before a portal is
// chosen there is nothing to find.
func (a *App) Find() {
	if _, chosen := a.o.Session.Portal(); chosen && a.warning == nil {
		a.finder.Toggle()
	}
}

// searchButton is the way to it that is seen.
func (a *App) searchButton() fyne.CanvasObject {
	keys := "Ctrl+K"
	if runtime.GOOS == "darwin" {
		keys = "Cmd+K"
	}
	return kit.NewSearchButton(i18n.T("app.search", nil), keys, a.Find)
}
