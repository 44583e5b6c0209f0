package app

import (
	"strconv"

	"parvis/desktop/i18n"
	"parvis/desktop/journey/probe"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/task"
)

// Probe is what a journey may ask of this window; only a program built for
// journeys answers.
func (a *App) Probe(r *task.Runner) probe.Program {
	return probe.Program{
		Window: a.window,
		Route:  func() string { return a.now.String() },
		Go:     func(route string) { a.Go(screen.Parse(route)) },
		Idle:   r.Idle,
		Facts: func() map[string]string {
			who, in := a.o.Session.Person()
			st := a.o.Session.Status()
			facts := map[string]string{
				"line": string(st.State), "live": strconv.FormatBool(st.Live), "waiting": strconv.Itoa(len(st.Waiting)), "refused": strconv.Itoa(len(a.o.Session.View().Refusals())),
				"foot": a.shell.Foot.Text(), "language": i18n.Language(), "scale": strconv.FormatFloat(float64(look.Current().Scale()), 'f', 2, 32),
			}
			if in {
				facts["person"] = who.Name
			}
			return facts
		},
	}
}
