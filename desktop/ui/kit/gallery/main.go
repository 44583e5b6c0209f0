// Command gallery shows every widget of the kit, for those who look after
// them: what a change does to all of them can be seen at one glance, in each
// palette, text size and language.
//
//	go run -tags migrated_fynedo,no_emoji ./desktop/ui/kit/gallery -page agenda -palette dark -scale 1.5
package main

import (
	"flag"
	"fmt"
	"log"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/task"
)

func main() {
	palette := flag.String("palette", "light", "light, dark or auto")
	scale := flag.Float64("scale", 1, "text size, 1 to 2")
	contrast := flag.Bool("contrast", false, "high contrast")
	language := flag.String("lang", i18n.French, "fr or en")
	page := flag.String("page", "home", strings.Join(pageNames(), ", "))
	width := flag.Float64("width", 1024, "width of the window")
	height := flag.Float64("height", 600, "height of the window")
	dialog := flag.Bool("dialog", false, "open a dialog")
	press := flag.Bool("press", false, "press the form's button")
	flag.Parse()

	i18n.SetLanguage(*language)
	a := app.NewWithID("fr.parvis.gallery")
	a.SetIcon(look.AppIcon())
	a.Settings().SetTheme(look.New(look.Palette(*palette), float32(*scale), *contrast))
	if _, err := kit.TranslateToolkit(); err != nil {
		log.Print(err)
	}
	w := a.NewWindow("Parvis, gallery")
	w.SetPadded(false)
	g := newGallery(w)
	w.SetContent(g.shell)
	w.Resize(fyne.NewSize(float32(*width), float32(*height)))
	a.Lifecycle().SetOnStarted(func() {
		g.open(*page)
		if *press && g.form != nil {
			g.form.Submit()
		}
		if *dialog {
			g.ask()
		}
	})
	w.ShowAndRun()
}

type gallery struct {
	window  fyne.Window
	shell   *kit.Shell
	rail    *kit.Rail
	foot    *kit.FootLine
	toasts  *kit.Toasts
	dialogs *kit.Dialogs
	scope   *task.Scope
	form    *kit.Form
	page    string
}

type galleryPage struct {
	id, icon, label string
	build           func(*gallery) fyne.CanvasObject
}

func galleryPages() []galleryPage {
	return []galleryPage{
		{"home", "house", "Accueil", (*gallery).home},
		{"text", "text-aa", "Textes", (*gallery).texts},
		{"form", "clipboard-text", "Formulaire", (*gallery).formPage},
		{"recap", "list-checks", "Récapitulatif", (*gallery).recap},
		{"agenda", "calendar", "Agenda", (*gallery).agenda},
		{"list", "list-bullets", "Jours en liste", (*gallery).dayList},
		{"table", "tray", "File d'attente", (*gallery).table},
		{"states", "info", "États", (*gallery).states},
	}
}

func pageNames() []string {
	var names []string
	for _, p := range galleryPages() {
		names = append(names, p.id)
	}
	return names
}

func newGallery(w fyne.Window) *gallery {
	g := &gallery{window: w}
	runner := task.NewRunner(fyne.Do, nil, nil)
	g.scope = runner.Scope()
	n := 0
	g.toasts = kit.NewToasts(func(d time.Duration, f func()) {
		n++
		g.scope.After(fmt.Sprint("toast", n), d, f)
	})
	g.dialogs = kit.NewDialogs(w.Canvas())
	top := kit.NewTopBar()
	mark := kit.Line(look.S, kit.NewIcon("bank", look.Link, 26), kit.Strong("Saint-Aubin-sur-Vesle"))
	name := kit.NewMenuButton("user-circle", "Camille Roux", g.menu)
	top.SetRight(name)
	g.rail = kit.NewRail(nil, g.open)
	var items []kit.RailItem
	for i, p := range galleryPages() {
		it := kit.RailItem{ID: p.id, Icon: p.icon, Label: p.label}
		if i == 3 {
			it.Count = 3
		}
		items = append(items, it)
	}
	g.rail.SetItems(items...)
	g.foot = kit.NewFootLine(func() { g.dialogs.Info("Connexion", "Dernier échange à 10:42. Rien n'attend d'être envoyé.", nil) })
	g.foot.Set(look.ToneWarning, "cloud-slash", "Hors ligne, 3 envois en attente", -1)
	g.shell = kit.NewShell(top, g.rail, g.foot, g.toasts)
	g.shell.SetLeft(mark)
	g.shell.ShowRail(true)
	g.shell.SetStrip("Démonstration : cette commune est inventée et rien n'y est réel.")
	return g
}

func (g *gallery) menu() []kit.MenuItem {
	settings := fyne.CurrentApp().Settings()
	set := func(p look.Palette, scale float32, contrast bool) func() {
		return func() { settings.SetTheme(look.New(p, scale, contrast)) }
	}
	now := look.Current()
	return []kit.MenuItem{
		{Icon: "sun", Label: "Clair", Do: set(look.Light, now.Scale(), now.Contrast())},
		{Icon: "moon", Label: "Sombre", Do: set(look.Dark, now.Scale(), now.Contrast())},
		{Icon: "circle-half", Label: "Contraste élevé", Checked: now.Contrast(), Do: set(now.Palette(), now.Scale(), !now.Contrast())},
		{Rule: true},
		{Icon: "text-aa", Label: "Texte à 100 %", Do: set(now.Palette(), 1, now.Contrast())},
		{Icon: "text-aa", Label: "Texte à 150 %", Do: set(now.Palette(), 1.5, now.Contrast())},
		{Icon: "text-aa", Label: "Texte à 200 %", Do: set(now.Palette(), 2, now.Contrast())},
		{Rule: true},
		{Icon: "translate", Label: "English / français", Do: func() {
			if i18n.Language() == i18n.French {
				i18n.SetLanguage(i18n.English)
			} else {
				i18n.SetLanguage(i18n.French)
			}
			g.open(g.page)
		}},
		{Icon: "sign-out", Label: "Déconnexion", Do: g.ask},
	}
}

func (g *gallery) ask() {
	g.dialogs.Confirm(kit.Confirmation{
		Title: "Se déconnecter sans attendre ?",
		Text:  "3 réservations n'ont pas encore été envoyées à la mairie. Elles restent sur cet ordinateur et partiront à votre prochaine connexion.",
		Yes:   "Me déconnecter", No: "Rester ici", Danger: true,
	}, func(yes bool) { g.toasts.Say(look.ToneInfo, fmt.Sprintf("Réponse : %v", yes)) })
}

func (g *gallery) open(id string) {
	for _, p := range galleryPages() {
		if p.id == id {
			g.page, g.form = id, nil
			g.rail.Select(id)
			g.shell.SetPage(p.build(g))
		}
	}
}
