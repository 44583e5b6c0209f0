package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"parvis/desktop/journey/probe/proto"
)

// days are the days of the month shown whose name ends so.
func (h hands) days(kind string) ([]proto.Node, error) {
	nodes, err := h.w.Tree()
	if err != nil {
		return nil, err
	}
	var out []proto.Node
	for _, n := range nodes {
		if n.Kind == proto.Part && len(n.Text) > 11 && n.Text[11:] == kind {
			out = append(out, n)
		}
	}
	return out, nil
}

// awaitDays waits until so many days are of a kind.
func (h hands) awaitDays(kind string, count int) error {
	return h.w.WaitFor(fmt.Sprintf("%d days %s", count, kind), func() (bool, error) {
		days, err := h.days(kind)
		return len(days) >= count, err
	}, patience)
}

// expected tells whether a row of the week shows a child.
func (h hands) expected(activity string) (bool, error) {
	nodes, err := h.w.Tree()
	if err != nil {
		return false, err
	}
	at := slices.IndexFunc(nodes, func(n proto.Node) bool { return n.Shown && n.Text == activity })
	if at < 0 {
		return false, nil
	}
	row := nodes[at].Rect
	return slices.ContainsFunc(nodes, func(n proto.Node) bool {
		_, y := n.Rect.Centre()
		return n.Kind == proto.Text && n.Text == "1" && y >= row.Y && y < row.Y+row.H
	}), nil
}

// greens turns to the first month with so many days that can be booked.
func (h hands) greens(count int) step {
	return step{"des jours verts", func() error { return h.toMonth("bookable", count) }}
}

// toMonth turns to the first month with so many days of a kind.
func (h hands) toMonth(kind string, count int) error {
	// At the end of a month the days left are of the next one.
	for range 3 {
		h.w.Rest()
		days, err := h.days(kind)
		if err != nil || len(days) >= count {
			return err
		}
		if err := h.w.ClickOn("Mois suivant", "", patience); err != nil {
			return err
		}
	}
	return h.awaitDays(kind, count)
}

// press clicks the n-th day that can be booked.
func (h hands) press(n int) error {
	days, err := h.days("bookable")
	if err != nil {
		return err
	}
	if n >= len(days) {
		return fmt.Errorf("only %d days can be booked", len(days))
	}
	x, y := days[n].Rect.Centre()
	return h.w.Click(x, y)
}

// bookings books a day on line, two with the line cut, and sees them sent
// once it is back.
func (j *journey) bookings() error {
	h := hands{j, j.family}
	var back time.Time
	return j.all(
		h.click("l'agenda", "Agenda", ""),
		h.greens(3),
		h.shot("agenda-avant"),
		step{"un jour réservé en ligne", func() error {
			if err := h.press(0); err != nil {
				return err
			}
			return h.awaitDays("booked", 1)
		}},
		h.shot("agenda-reserve"),
		step{"la ligne est coupée", func() error {
			j.town.kill()
			return h.w.WaitFor("the truth about the line", func() (bool, error) {
				s, err := h.w.State()
				return err == nil && strings.HasPrefix(s.Facts["foot"], "Hors ligne"), err
			}, 6*time.Second)
		}},
		step{"deux jours réservés sans ligne", func() error {
			for range 2 {
				if err := h.press(0); err != nil {
					return err
				}
				// A second click within half a second is a slip of the finger.
				time.Sleep(600 * time.Millisecond)
			}
			return h.awaitDays("booked pending", 2)
		}},
		h.shot("agenda-hors-ligne"),
		step{"la ligne revient", func() error {
			if err := j.town.again(); err != nil {
				return err
			}
			back = time.Now()
			return nil
		}},
		step{"tout est envoyé, une fois", func() error {
			if err := h.w.WaitFact("waiting", "0", 10*time.Second); err != nil {
				return err
			}
			if err := h.awaitDays("booked", 3); err != nil {
				return err
			}
			if took := time.Since(back); took > 6*time.Second {
				return fmt.Errorf("it took %s", took.Round(time.Millisecond))
			}
			return nil
		}},
		h.shot("agenda-apres"),
		hands{j, j.agentWindow}.click("la mairie regarde ses effectifs", "Effectifs", ""),
		step{"ils sont là, une semaine ou l'autre", func() error {
			w := j.agentWindow
			if err := w.ClickOn("Centre La Clairière", "", patience); err != nil {
				return err
			}
			if err := w.ClickOn("École Jules-Ferry", "", patience); err != nil {
				return err
			}
			const weeks = 8
			for range weeks {
				if _, err := w.WaitText("Restauration scolaire", patience); err != nil {
					return err
				}
				w.Rest()
				expected, err := (hands{j, w}).expected("Restauration scolaire")
				if err != nil {
					return err
				}
				if expected {
					break
				}
				if err := w.ClickOn("Semaine suivante", "", patience); err != nil {
					return err
				}
			}
			if expected, err := (hands{j, w}).expected("Restauration scolaire"); err != nil || !expected {
				return errors.Join(err, fmt.Errorf("nobody is expected in %d weeks", weeks))
			}
			return j.shotOf(j.office, "agent-effectifs")
		}},
	)
}
