package app

import (
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/syncing"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
)

// tellLine writes the line at the foot: the truth about the connection, in
// one sentence.
func (a *App) tellLine() {
	st := a.o.Session.Status()
	a.shell.Foot.Set(a.lineSays(st))
	if a.told != nil {
		a.told(st)
	}
	if st.State == syncing.UpToDate {
		task.Run(a.life, "revocations", func(ctx contextT) (struct{}, error) {
			return struct{}{}, a.o.Session.Revocations(ctx)
		}, nil)
	}
}

// offLine reports whether the person's cache was opened without a session.
func (a *App) offLine() bool {
	who, in := a.o.Session.Person()
	return in && who.OffLine
}

// closed reports whether an account has just been closed here: whoever signed in
// again would keep it.
func (a *App) closed() bool { return a.now.Name == screen.CloseAccount && a.now.Arg("until") != "" }

// lineSays is the foot line now.
func (a *App) lineSays(st syncing.Status) (tone look.Tone, icon, text string, part float64) {
	if a.closed() {
		return look.ToneNeutral, "x-circle", i18n.T("app.line.closed", nil), -1
	}
	return lineWords(st, a.offLine())
}

// lineWords is the foot line for a status. part is between 0 and 1 while
// something is counted, negative otherwise.
func lineWords(st syncing.Status, offLine bool) (tone look.Tone, icon, text string, part float64) {
	work := len(cache.Work(st.Waiting))
	waiting := map[string]any{"Count": work}
	say := func(key string) string {
		if work > 0 {
			return i18n.T(key+".waiting", waiting)
		}
		return i18n.T(key, nil)
	}
	switch st.State {
	case syncing.UpToDate:
		if work > 0 {
			return look.ToneInfo, "arrows-clockwise", i18n.T("app.line.sending", waiting), -1
		}
		return look.ToneSuccess, "cloud-check", i18n.T("app.line.upToDate", nil), -1
	case syncing.Working:
		if st.Percent > 0 && st.Percent < 100 {
			return look.ToneInfo, "arrows-clockwise", i18n.T("app.line.percent", map[string]any{"percent": st.Percent}), float64(st.Percent) / 100
		}
		if work > 0 {
			return look.ToneInfo, "arrows-clockwise", i18n.T("app.line.sending", waiting), -1
		}
		return look.ToneInfo, "arrows-clockwise", i18n.T("app.line.working", nil), -1
	case syncing.Silent:
		return look.ToneWarning, "hourglass", say("app.line.silent"), -1
	case syncing.Busy:
		return look.ToneWarning, "hourglass", say("app.line.busy"), -1
	case syncing.SignedOut:
		return look.ToneWarning, "lock", say("app.line.signedOut"), -1
	case syncing.Outdated:
		return look.ToneWarning, "warning", say("app.line.outdated"), -1
	case syncing.Trouble:
		return look.ToneError, "warning", i18n.T("app.line.trouble", nil), -1
	case syncing.Offline:
		if offLine {
			return look.ToneWarning, "cloud-slash", say("app.line.opened"), -1
		}
		return look.ToneWarning, "cloud-slash", say("app.line.offline"), -1
	}
	return look.ToneNeutral, "cloud-slash", i18n.T("app.line.none", nil), -1
}

// noteWords is what the person did, as they read it while it waits.
func noteWords(n cache.Note) string {
	if words := outcome.Note(n); words != "" {
		return words
	}
	return i18n.T("app.note.other", nil)
}

func waitingWords(work []cache.Pending) string {
	var words []string
	for i, p := range work {
		if i == 5 {
			words = append(words, "…")
			break
		}
		words = append(words, "• "+noteWords(p.Note))
	}
	return strings.Join(words, "\n")
}

// attemptMade tells whether an attempt has come to its end between two
// statuses, the first of the moment at which it was asked for.
func attemptMade(before, now syncing.Status) bool {
	return now.State != syncing.Working &&
		(now.State != before.State || !now.RetryAt.Equal(before.RetryAt) || !now.LastContact.Equal(before.LastContact))
}

// lineDetails shows what the foot line knows: how it is, the last contact,
// what waits, what was refused and why, and a way to try now, which tells what
// came of it, or to sign in again where no attempt would help.
func (a *App) lineDetails() {
	st := a.o.Session.Status()
	state := kit.NewSwap(nil)
	tell := func(now syncing.Status) {
		_, icon, text, _ := a.lineSays(now)
		state.Set(kit.LineTop(look.S, kit.NewIcon(icon, look.Ink, 24), kit.Grow(kit.Strong(text), 200)))
	}
	tell(st)
	a.told = tell
	parts := []fyne.CanvasObject{state}
	contact := i18n.T("app.line.never", nil)
	if !st.LastContact.IsZero() {
		contact = i18n.T("app.line.contact", map[string]any{"when": i18n.DateTime(st.LastContact.In(portal.Paris))})
	}
	parts = append(parts, kit.Muted(contact))
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		parts = append(parts, kit.Gap(look.S), kit.Section(title))
		for _, l := range lines {
			parts = append(parts, kit.Body(l))
		}
	}
	var waiting, refused []string
	for _, p := range cache.Work(st.Waiting) {
		waiting = append(waiting, noteWords(p.Note))
	}
	for _, r := range a.o.Session.View().Refusals() {
		line := noteWords(r.Note)
		if r.Verdict.Error != nil {
			line += " : " + outcome.Past(r.Verdict.Error)
		}
		refused = append(refused, line)
	}
	section(i18n.T("app.line.waits", nil), waiting)
	section(i18n.T("app.line.refused", nil), refused)
	came := kit.Body("")
	came.Hide()
	parts = append(parts, came)
	over := func(close func()) func() { return func() { a.told = nil; close() } }
	a.dialogs.Custom(i18n.T("app.line.title", nil), kit.Column(look.XS, parts...), func(close func()) []fyne.CanvasObject {
		var buttons []fyne.CanvasObject
		again := st.State == syncing.SignedOut
		if (again || a.offLine()) && !a.closed() {
			buttons = append(buttons, kit.Primary(i18n.T("app.line.again", nil), func() {
				over(close)()
				a.Go(screen.To(screen.SignIn))
			}))
		}
		if _, chosen := a.o.Session.Portal(); chosen && !again && !a.closed() {
			var try *kit.Button
			try = kit.Secondary(i18n.T("app.line.try", nil), func() { a.try(try, came, tell) })
			buttons = append(buttons, try)
		}
		return append(buttons, kit.Secondary(i18n.T("kit.close", nil), over(close)))
	}, func() { a.told = nil })
}

// try makes an attempt and says what came of it; tell goes on to say how the
// line is.
func (a *App) try(button *kit.Button, came *kit.Text, tell func(syncing.Status)) {
	before := a.o.Session.Status()
	button.Busy(i18n.T("app.line.trying", nil))
	a.told = func(now syncing.Status) {
		tell(now)
		if !attemptMade(before, now) {
			return
		}
		a.told = tell
		button.Ready()
		_, _, text, _ := a.lineSays(now)
		key := "app.line.tried.no"
		if now.State == syncing.UpToDate {
			key = "app.line.tried.yes"
		}
		came.SetText(i18n.T(key, map[string]any{"time": i18n.Clock(a.o.Session.View().Now().In(portal.Paris)), "what": text}))
		came.Show()
		if over := a.window.Canvas().Overlays().Top(); over != nil {
			over.Refresh() // as tall as its words now are
		}
	}
	a.o.Session.TryNow()
}
