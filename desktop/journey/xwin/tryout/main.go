//go:build probe

// Command tryout is a small window for the tests of xwin: a field, a button,
// a text far down in a scroll, a dialog, and a text that forgets to say that it
// has changed.
package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"os"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/journey/probe"
)

// forgetfulWidth is that of the picture; nothing else is as wide.
const forgetfulWidth = 37

func main() {
	a := app.NewWithID("fr.parvis.tryout")
	w := a.NewWindow("Essai")
	route, clicks := "home", 0

	name := widget.NewEntry()
	school := widget.NewMultiLineEntry()
	secret := widget.NewPasswordEntry()
	greeting := widget.NewLabel("Rien encore")
	greeting.Wrapping = fyne.TextWrapWord
	agree := widget.NewCheck("J'accepte", nil)

	lines := container.NewVBox()
	for i := range 60 {
		lines.Add(widget.NewLabel(fmt.Sprintf("Ligne %d", i)))
	}
	lines.Add(widget.NewButton("Tout en bas", func() { greeting.SetText("En bas") }))

	// What a raster was made of is kept until somebody says that it has changed.
	colour := color.Color(color.NRGBA{B: 0xff, A: 0xff})
	forgetful := canvas.NewRaster(func(w, h int) image.Image {
		img := image.NewNRGBA(image.Rect(0, 0, w, h))
		draw.Draw(img, img.Bounds(), image.NewUniform(colour), image.Point{}, draw.Src)
		return img
	})
	forgetful.SetMinSize(fyne.NewSize(forgetfulWidth, 30))
	forget := widget.NewButton("Oublier", func() { colour = color.NRGBA{R: 0xff, A: 0xff} })

	show := widget.NewButton("Valider", func() {
		clicks++
		route = "done"
		greeting.SetText("Bonjour " + name.Text)
	})
	open := widget.NewButton("Ouvrir", func() {
		var over *widget.PopUp
		over = widget.NewModalPopUp(container.NewVBox(
			widget.NewLabel("Valider quand même ?"),
			widget.NewButton("Non", func() { over.Hide() }),
		), w.Canvas())
		over.Show()
	})
	w.SetContent(container.NewBorder(container.NewVBox(
		widget.NewLabel("Nom de l'enfant"), name,
		widget.NewLabel("École"), school,
		widget.NewLabel("Mot de passe"), secret,
		agree, container.NewHBox(show, open, forget, forgetful), greeting,
	), nil, nil, nil, container.NewVScroll(lines)))
	w.SetOnDropped(func(_ fyne.Position, files []fyne.URI) {
		paths := make([]string, len(files))
		for i, f := range files {
			paths[i] = f.Path()
		}
		greeting.SetText("Déposé : " + strings.Join(paths, " | "))
	})
	w.Resize(fyne.NewSize(500, 500))

	stop, err := probe.Start(probe.Program{
		Window: w,
		Route:  func() string { return route },
		Facts:  func() map[string]string { return map[string]string{"clicks": fmt.Sprint(clicks)} },
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer stop()
	w.ShowAndRun()
}
