package payments

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"parvis/desktop/export"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// BenchmarkStatement is a statement of 5,000 lines: to the screen, from nothing
// until its window is laid out, and to a PDF. Beside each stands what a bare loop
// takes in the same run that adds up the same rows and writes the four cells of
// each: the ratio is what all the rest costs.
func BenchmarkStatement(b *testing.B) {
	const lines = 5000
	kittest.Light(b)
	var rows []wire.Change
	for i := range lines {
		day := portal.Date("2012-09-03").Add(i * 363 / 370)
		m := meal(portal.ID(fmt.Sprint("b", i)), screentest.Lea, day)
		if i%20 == 0 {
			m = movement(6400)
		}
		rows = append(rows, moved(portal.ID(fmt.Sprintf("m%05d", i)), day, 9, m))
	}
	d := &desk{Desk: screentest.New(screentest.Claire, screentest.Monday.At(9, 0), append(screentest.FamilyRows(), rows...)...)}
	all := d.Movements("regie")
	if len(all) != lines {
		b.Fatalf("there are %d", len(all))
	}
	w := test.NewWindow(nil)
	defer w.Close()
	c := d.Context(w)
	defer c.Leave()
	var screenTime, pdfTime, loopTime time.Duration
	rounds, cells := 0, 0
	for b.Loop() {
		rounds++
		start := time.Now()
		balance := portal.Money(0)
		for _, m := range all {
			balance += m.Amount
			cells += len(i18n.ShortDate(instant(m.At))) + len(words{v: d.View}.title(m)) + len(signed(m.Amount)) + len(money(balance))
		}
		loopTime += time.Since(start)
		start = time.Now()
		o := openStatement(c, d, screen.To(screen.Statement, "period", always))
		w.SetContent(o.screen().Content)
		w.Resize(kittest.Small)
		kittest.Settle(w)
		screenTime += time.Since(start)
		if len(o.is.Lines) != lines || o.is.Closing != ledger.StatementOf(all, portal.Period{}).Closing {
			b.Fatalf("it shows %d lines", len(o.is.Lines))
		}
		start = time.Now()
		pdf, err := export.PDF(o.export())
		if err != nil || len(pdf) < 1000 {
			b.Fatal(err)
		}
		pdfTime += time.Since(start)
	}
	if cells == 0 {
		b.Fatal("nothing was written")
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(rounds) }
	b.ReportMetric(ms(screenTime), "screen-ms")
	b.ReportMetric(ms(pdfTime), "pdf-ms")
	b.ReportMetric(ms(loopTime), "loop-ms")
	b.ReportMetric(float64(screenTime)/float64(loopTime), "screen/loop")
	b.ReportMetric(float64(pdfTime)/float64(loopTime), "pdf/loop")
}
