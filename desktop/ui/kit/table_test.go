package kit_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
)

func TestTableOf5000RowsAsksForThoseInSightOnly(t *testing.T) {
	kittest.Light(t)
	asked := map[int]bool{}
	table := kit.NewTable([]kit.TableColumn{{Title: "Enfant", Width: 200, Grow: true}}, func(row, _ int) kit.Cell {
		asked[row] = true
		return kit.Cell{Text: fmt.Sprintf("Ligne %d", row)}
	})
	table.SetLength(5000)
	var selected, opened []int
	table.OnSelect = func(r int) { selected = append(selected, r) }
	table.OnOpen = func(r int) { opened = append(opened, r) }
	w := kittest.Window(t, table, fyne.NewSize(800, 600))
	if len(asked) > 12 {
		t.Errorf("%d rows were asked for", len(asked))
	}
	w.Canvas().Focus(table)
	kittest.Key(w, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if table.Selected() != 1 || len(opened) != 1 || opened[0] != 1 {
		t.Errorf("selected %d, opened %v", table.Selected(), opened)
	}
	kittest.Key(w, fyne.KeyEnd)
	first, last := table.InSight()
	if table.Selected() != 4999 || last != 4999 || first < 4985 || !kittest.Shows(w, "Ligne 4999") {
		t.Errorf("End: selected %d, in sight %d to %d", table.Selected(), first, last)
	}
	kittest.Key(w, fyne.KeyPageUp)
	if table.Selected() != 4992 {
		t.Errorf("Page up: %d", table.Selected())
	}
	kittest.Key(w, fyne.KeyHome, fyne.KeyUp)
	if table.Selected() != 0 || !kittest.Shows(w, "Ligne 0") {
		t.Errorf("Home: %d", table.Selected())
	}
	if len(asked) > 80 {
		t.Errorf("%d rows were asked for in all", len(asked))
	}
	test.TapAt(table, table.RowCentre(3))
	if table.Selected() != 3 || selected[len(selected)-1] != 3 {
		t.Errorf("a click selects %d", table.Selected())
	}
	table.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -6400)})
	if f, _ := table.InSight(); f != 100 {
		t.Errorf("scrolled to %d", f)
	}
	table.SetLength(2)
	if table.Selected() != 1 {
		t.Errorf("after the list shrank %d is selected", table.Selected())
	}
	table.SetLength(0)
	kittest.Key(w, fyne.KeyDown, fyne.KeyReturn)
	if table.Selected() != -1 {
		t.Errorf("in an empty list %d is selected", table.Selected())
	}
}

func TestSpareColumnsGiveWay(t *testing.T) {
	kittest.Light(t)
	table := sampleTable(10)
	w := kittest.Window(t, table, fyne.NewSize(900, 300))
	if !kittest.Shows(w, "Service") {
		t.Error("the wide table leaves a column out")
	}
	w.Resize(fyne.NewSize(520, 300))
	kittest.Settle(w)
	if kittest.Shows(w, "Service") || !kittest.Shows(w, "État") {
		t.Errorf("the narrow table shows %v", kittest.Texts(w)[:4])
	}
}

func BenchmarkTableScroll(b *testing.B) {
	kittest.Light(b)
	table := sampleTable(5000)
	kittest.Window(b, table, fyne.NewSize(1000, 800))
	at := float32(-800)
	for b.Loop() {
		table.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, at)})
		at = -at
	}
}

// The tint of the row that is chosen ends where the lines between the rows do, and
// not under the bar.
func TestTheChosenRowEndsBesideTheBar(t *testing.T) {
	kittest.Light(t)
	for rows, beside := range map[int]bool{2: false, 200: true} {
		table := kit.NewTable([]kit.TableColumn{{Title: "Nom", Width: 200, Grow: true}}, func(row, _ int) kit.Cell { return kit.Cell{Text: "Léa", Second: "CE1"} })
		table.SetLength(rows)
		w := kittest.Window(t, table, fyne.NewSize(700, 400))
		table.Select(1)
		kittest.Settle(w)
		for _, r := range kittest.All[*canvas.Rectangle](w) {
			if r.FillColor != look.Color(look.RailSelectedFill) {
				continue
			}
			if got := r.Size().Width; got == 700 == beside {
				t.Errorf("of %d rows the chosen one is %v wide", rows, got)
			}
		}
	}
}
