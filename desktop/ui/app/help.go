package app

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/help"
	"parvis/desktop/ui/kit"
)

// aid is the help beside the screen.
type aid struct {
	before fyne.Focusable // what had the focus when it was opened
}

// helpFirst has the keys of the help come before others that nothing on the
// screen has used.
func (a *App) helpFirst(others func(*fyne.KeyEvent) bool) func(*fyne.KeyEvent) bool {
	return func(e *fyne.KeyEvent) bool {
		switch {
		case e.Name == fyne.KeyF1:
			a.toggleHelp()
		case e.Name == fyne.KeyEscape && a.shell.Sheet() != nil:
			a.closeHelp()
		default:
			return others(e)
		}
		return true
	}
}

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
		a.aid.before = before
		kit.Draw(a.shell)
		kit.Enter(a.window.Canvas(), s.Reader())
	}
}

// showHelp puts the help of the screen shown beside it; of one that has none
// nothing is shown.
func (a *App) showHelp() *help.Sheet {
	who, _ := a.o.Session.Person()
	s := help.New(a.now.Name, who.Agent, a.closeHelp)
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
	if o, ok := a.aid.before.(fyne.CanvasObject); ok && kit.Within(a.shell, o) {
		a.window.Canvas().Focus(a.aid.before)
	} else if f := kit.PageReader(a.shell.Page()); f != nil {
		kit.Enter(a.window.Canvas(), f)
	}
	a.aid.before = nil
}
