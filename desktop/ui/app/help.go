package app

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/help"
	"parvis/desktop/ui/kit"
)

// helpButton opens and closes the help of the screen shown, as F1 does.
func (a *App) helpButton() fyne.CanvasObject {
	return kit.NewIconButton("question", i18n.T("help.open", nil), a.toggleHelp)
}

func (a *App) toggleHelp() {
	if a.shell.Sheet() != nil {
		a.closeHelp()
		return
	}
	before := a.window.Canvas().Focused()
	if s := a.showHelp(); s != nil {
		a.before = before
		kit.Draw(a.shell)
		kit.Enter(a.window.Canvas(), s.Reader())
	}
}

// showHelp puts the help of the screen shown beside it; of one that has none
// nothing is shown.
func (a *App) showHelp() *help.Sheet {
	s := help.New(a.now.Name, a.closeHelp)
	if s == nil {
		a.shell.SetSheet(nil)
		return nil
	}
	a.shell.SetSheet(s.Content())
	return s
}

// closeHelp takes it away; the keyboard returns to where it was.
func (a *App) closeHelp() {
	a.shell.SetSheet(nil)
	if o, ok := a.before.(fyne.CanvasObject); ok && kit.Within(a.shell, o) {
		a.window.Canvas().Focus(a.before)
	} else if f := kit.PageReader(a.shell.Page()); f != nil {
		kit.Enter(a.window.Canvas(), f)
	}
	a.before = nil
}
