// Command empty is a window with nothing in it: what the start of the program
// is held against.
package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
)

func main() {
	w := app.NewWithID("fr.parvis.empty").NewWindow("Parvis")
	w.Resize(fyne.NewSize(1180, 780))
	w.ShowAndRun()
}
