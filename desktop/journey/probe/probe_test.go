//go:build probe

package probe

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/journey/probe/proto"
)

// grid is a widget that draws itself and names its parts, as the agenda does.
type grid struct {
	widget.BaseWidget
	back *canvas.Rectangle
}

func (g *grid) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(g.back) }
func (g *grid) MinSize() fyne.Size                  { return fyne.NewSize(140, 50) }

func (g *grid) ProbeParts(yield func(string, fyne.Position, fyne.Size)) {
	yield("jeudi 12 mars", fyne.NewPos(70, 0), fyne.NewSize(70, 50))
}

// window is a screen with one of everything.
func window(t *testing.T) (Program, *widget.Entry) {
	t.Helper()
	test.NewTempApp(t)
	g := &grid{back: canvas.NewRectangle(nil)}
	g.ExtendBaseWidget(g)
	secret := widget.NewPasswordEntry()
	secret.SetText("canari")
	name := widget.NewEntry()
	name.SetPlaceHolder("Camille")
	school := widget.NewSelect([]string{"Jules-Ferry", "Les Tilleuls"}, nil)
	school.SetSelected("Les Tilleuls")
	off := widget.NewButton("Envoyer", nil)
	off.Disable()
	hidden := widget.NewLabel("Caché")
	hidden.Hide()
	inner := container.NewVScroll(container.NewVBox(widget.NewLabel("haut"),
		container.NewGridWrap(fyne.NewSize(10, 400)), widget.NewButton("tout au fond", nil)))
	inner.SetMinSize(fyne.NewSize(100, 120))
	outer := container.NewVScroll(container.NewVBox(g, widget.NewLabel("Prénom"), name,
		widget.NewLabel("Mot de passe"), secret, widget.NewLabel("École"), school, off, hidden,
		container.NewGridWrap(fyne.NewSize(10, 600)), inner))
	w := test.NewTempWindow(t, outer)
	w.Resize(fyne.NewSize(400, 460))
	return Program{Window: w, Route: func() string { return "essai" }}, name
}

// first is the best answer to a request, which must have one.
func first(t *testing.T, p Program, cmd, text, kind string) proto.Node {
	t.Helper()
	rep := p.answer(proto.Request{Cmd: cmd, Text: text, Kind: kind})
	if rep.Error != "" || len(rep.Found) == 0 {
		t.Fatalf("%s %s %q: %+v", cmd, kind, text, rep)
	}
	return rep.Found[0]
}

func TestWhatCanBeFound(t *testing.T) {
	p, name := window(t)
	day := first(t, p, proto.CmdFind, "jeudi 12 mars", proto.Part)
	if day.Rect.W != 70 || day.Rect.H != 50 || day.Rect.X < 70 || !day.Shown {
		t.Errorf("a named part is %+v", day)
	}
	if n := first(t, p, proto.CmdFind, "Mot de passe", proto.Field); n.Text != "••••••" {
		t.Errorf("the password reads %q", n.Text)
	}
	if n := first(t, p, proto.CmdFind, "École", proto.Select); n.Text != "Les Tilleuls" {
		t.Errorf("the choice is %+v", n)
	}
	if n := first(t, p, proto.CmdFind, "Camille", proto.Field); n.Text != "" {
		t.Errorf("by its placeholder one finds %+v", n)
	}
	if n := first(t, p, proto.CmdFind, "Envoyer", proto.Button); !n.Disabled {
		t.Errorf("the button is %+v", n)
	}
	if found := p.answer(proto.Request{Cmd: proto.CmdFind, Text: "Caché"}).Found; len(found) != 0 {
		t.Errorf("what is hidden is found: %+v", found)
	}
	p.Window.Canvas().Focus(name)
	name.SetText("Léa")
	s := p.answer(proto.Request{Cmd: proto.CmdState}).State
	if s.Route != "essai" || !s.Idle || s.Focus == nil || s.Focus.Text != "Léa" || s.Overlays != 0 {
		t.Errorf("%+v", s)
	}
	if !slices.Contains(s.Texts, "Prénom") || slices.Contains(s.Texts, "tout au fond") || slices.Contains(s.Texts, "canari") {
		t.Errorf("it shows %q", s.Texts)
	}
	// A label is told once, not again by the lines it is drawn with.
	if n := len(p.answer(proto.Request{Cmd: proto.CmdFind, Text: "Prénom"}).Found); n != 1 {
		t.Errorf("a label is found %d times", n)
	}
	if rep := p.answer(proto.Request{Cmd: "danse"}); rep.Error == "" {
		t.Error("an unknown command is answered")
	}
}

func TestRevealsThroughTwoScrolls(t *testing.T) {
	p, _ := window(t)
	if n := first(t, p, proto.CmdFind, "tout au fond", proto.Button); n.Shown {
		t.Fatalf("it is in sight already: %+v", n)
	}
	n := first(t, p, proto.CmdReveal, "tout au fond", proto.Button)
	if !n.Shown || n.Rect.Y < 0 || n.Rect.Y+n.Rect.H > 460 {
		t.Fatalf("it was scrolled to %+v", n)
	}
}

func TestOnlyTheTopmostLayer(t *testing.T) {
	p, _ := window(t)
	over := widget.NewModalPopUp(widget.NewLabel("Vraiment ?"), p.Window.Canvas())
	over.Show()
	first(t, p, proto.CmdFind, "Vraiment ?", "")
	if found := p.answer(proto.Request{Cmd: proto.CmdFind, Text: "Envoyer"}).Found; len(found) != 0 {
		t.Errorf("under the dialog one finds %+v", found)
	}
	if s := p.answer(proto.Request{Cmd: proto.CmdState}).State; s.Overlays != 1 {
		t.Errorf("%d overlays", s.Overlays)
	}
}
