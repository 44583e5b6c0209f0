package finding

import (
	"fmt"
	"testing"
	"time"

	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// large is a family of 10,000 rows: 5,000 days, 1,000 requests, 4,000 messages.
func large(tb testing.TB) []wire.Change {
	rows := busy(tb)
	day := screentest.Monday.Add(-2500)
	for i := range 5000 {
		id := portal.ID(fmt.Sprint("b", i))
		rows = append(rows, screentest.Booked(id, day.Add(i)))
	}
	for i := range 1000 {
		id := portal.ID(fmt.Sprint("q", i))
		rows = append(rows, screentest.Row(screentest.Mine, wire.Requests, id, wire.Request{ID: id, Reference: fmt.Sprintf("2026-%06d", 2000+i), Account: screentest.Claire, Procedure: "acte-de-naissance", Version: 1, State: "accepted", Person: "Noé Martel", Submitted: screentest.Monday.At(8, 0).UnixMicro() - int64(i)*1e9}))
		for n := range 4 {
			m := portal.ID(fmt.Sprint("m", i, ".", n))
			rows = append(rows, screentest.Row(screentest.Mine, wire.Messages, m, wire.Message{ID: m, Request: id, N: int64(n), At: int64(i), Staff: n%2 == 0, By: "Sylvie Roy", Read: 1,
				Text: fmt.Sprintf("Bonjour, votre copie numéro %d est prête : elle vous attend à l'accueil de la mairie, ou par courrier si vous préférez.", i)}))
		}
	}
	return rows
}

// A letter typed in the search of a family of 10,000 rows: what was found, and
// its rows drawn.
func BenchmarkTypingInTheSearchOf10000(b *testing.B) {
	kittest.Light(b)
	s := open(b, claire)
	s.SignIn(b, claire.Login, large(b)...)
	p := s.find("")
	queries := []string{"c", "ca", "can", "cantine", "cantnie", "2026-002500", "noe mars", "courrier", "zzzzzzz"}
	i, most := 0, time.Duration(0)
	best := make([]time.Duration, len(queries))
	for b.Loop() {
		start := time.Now()
		p.Search().SetText(queries[i%len(queries)])
		if d := time.Since(start); best[i%len(queries)] == 0 || d < best[i%len(queries)] {
			best[i%len(queries)] = d
		}
		i++
	}
	for _, d := range best {
		most = max(most, d)
	}
	b.ReportMetric(float64(most.Microseconds())/1000, "ms/slowest-letter")
}

// What is read anew, off the window's goroutine, before the first search and
// after each change of everything.
func BenchmarkReadingAFamilyOf10000(b *testing.B) {
	kittest.Light(b)
	s := open(b, claire)
	s.SignIn(b, claire.Login, large(b)...)
	s.f.follow()
	for b.Loop() {
		for i := range s.f.wanted {
			s.f.wanted[i]++
		}
		s.f.refresh()
		s.settle()
	}
}
