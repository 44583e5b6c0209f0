//go:build probe

package probe

import (
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"parvis/desktop/journey/probe/proto"
)

// area is a rectangle in Fyne's units, absolute in the window.
type area struct{ x0, y0, x1, y1 float32 }

func areaOf(pos fyne.Position, size fyne.Size) area {
	return area{pos.X, pos.Y, pos.X + size.Width, pos.Y + size.Height}
}

func (a area) cut(b area) area {
	return area{max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1)}
}

func (a area) empty() bool { return a.x1 <= a.x0 || a.y1 <= a.y0 }

func (a area) has(b area) bool {
	x, y := (b.x0+b.x1)/2, (b.y0+b.y1)/2
	return x >= a.x0 && x < a.x1 && y >= a.y0 && y < a.y1
}

// seen is a node with what is needed to scroll to it.
type seen struct {
	proto.Node
	area    area
	scrolls []scrolled // from the outside inwards
}

// scrolled is a scroll around a node and where its content's origin lies.
type scrolled struct {
	scroll *container.Scroll
	origin fyne.Position
}

// walker collects the nodes of one layer of a canvas.
type walker struct {
	canvas  fyne.Canvas
	focused fyne.Focusable
	nodes   []seen
}

// look walks the topmost layer of a canvas: the upper overlay if there is
// one, the content else.
func look(c fyne.Canvas) []seen {
	w := &walker{canvas: c, focused: c.Focused()}
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	w.walk(root, fyne.Position{}, areaOf(fyne.Position{}, c.Size()), nil, "")
	return w.nodes
}

// walk visits o and what it is made of. known is the text that an enclosing
// widget was already reported with, so that the lines it is drawn by are not
// reported again.
func (w *walker) walk(o fyne.CanvasObject, at fyne.Position, clip area, scrolls []scrolled, known string) {
	if o == nil || !o.Visible() {
		return
	}
	pos := at.Add(o.Position())
	here := areaOf(pos, o.Size())
	n, found := describe(o)
	if found && n.Kind == proto.Text && known != "" && strings.Contains(known, strings.TrimSpace(n.Text)) {
		found = false
	}
	if found {
		if f, ok := o.(fyne.Focusable); ok && w.focused != nil && f == w.focused {
			n.Focused = true
		}
		if n.Kind == proto.Check || n.Kind == proto.Link {
			// However wide they are laid out, only their sign and
			// words take a click.
			here.x1 = min(here.x1, here.x0+o.MinSize().Width)
		}
		w.add(n, here, clip, scrolls)
		if n.Text != "" {
			known = n.Text
		}
	}
	if p, ok := o.(Parts); ok {
		p.ProbeParts(func(name string, rel fyne.Position, size fyne.Size) {
			w.add(proto.Node{Kind: proto.Part, Text: name}, areaOf(pos.Add(rel), size), clip, scrolls)
		})
	}
	if found && n.Kind == proto.Field {
		return // its inside is its own text, cursor and placeholder
	}
	switch v := o.(type) {
	case *fyne.Container:
		for _, child := range v.Objects {
			w.walk(child, pos, clip, scrolls, known)
		}
	case *container.Scroll:
		clip = clip.cut(here)
		if v.Content != nil {
			inner := append(append([]scrolled(nil), scrolls...), scrolled{v, pos.Add(v.Content.Position())})
			w.walk(v.Content, pos, clip, inner, known)
		}
	case fyne.Widget:
		if _, ok := o.(*container.Clip); ok {
			clip = clip.cut(here)
		}
		for _, child := range test.WidgetRenderer(v).Objects() {
			w.walk(child, pos, clip, scrolls, known)
		}
	}
}

func (w *walker) add(n proto.Node, a, clip area, scrolls []scrolled) {
	visible := a.cut(clip)
	n.Shown = !visible.empty() && clip.has(a)
	if !n.Shown {
		visible = a
	}
	n.Rect = w.pixels(visible)
	w.nodes = append(w.nodes, seen{Node: n, area: a, scrolls: scrolls})
}

func (w *walker) pixels(a area) proto.Rect {
	x0, y0 := w.canvas.PixelCoordinateForPosition(fyne.NewPos(a.x0, a.y0))
	x1, y1 := w.canvas.PixelCoordinateForPosition(fyne.NewPos(a.x1, a.y1))
	return proto.Rect{X: x0, Y: y0, W: x1 - x0, H: y1 - y0}
}

// describe says what an object is to a person, and false when it is nothing
// in itself.
func describe(o fyne.CanvasObject) (proto.Node, bool) {
	if t, ok := o.(*canvas.Text); ok {
		return proto.Node{Kind: proto.Text, Text: t.Text}, strings.TrimSpace(t.Text) != ""
	}
	if t, ok := o.(*widget.RichText); ok {
		return proto.Node{Kind: proto.Text, Text: t.String()}, strings.TrimSpace(t.String()) != ""
	}
	if _, ok := o.(fyne.Widget); !ok {
		return proto.Node{}, false
	}
	var n proto.Node
	if text, ok := stringField(o, "Text"); ok {
		n.Text = text
	}
	if a, ok := o.(fyne.Accessible); ok {
		n.Label = a.AccessibilityLabel()
		if n.Text == "" {
			n.Text = n.Label
		}
	}
	if d, ok := o.(fyne.Disableable); ok {
		n.Disabled = d.Disabled()
	}
	n.Checked, _ = boolField(o, "Checked")
	_, focusable := o.(fyne.Focusable)
	_, tappable := o.(fyne.Tappable)
	_, checkable := o.(interface{ SetChecked(bool) })
	_, typed := o.(interface{ SetPlaceHolder(string) })
	_, choice := o.(interface{ SetSelectedIndex(int) })
	switch {
	case typed:
		n.Kind = proto.Field
		n.Text, _ = stringField(o, "Text")
		if hint, ok := stringField(o, "PlaceHolder"); ok && (n.Label == "" || n.Label == n.Text) {
			n.Label = hint
		}
		if secret, _ := boolField(o, "Password"); secret {
			n.Text = strings.Repeat("•", len([]rune(n.Text)))
		}
		return n, true
	case choice:
		n.Kind = proto.Select
		n.Text, _ = stringField(o, "Selected")
		if hint, ok := stringField(o, "PlaceHolder"); ok {
			n.Label = hint
		}
		return n, true
	case checkable:
		n.Kind = proto.Check
		return n, true
	case isLink(o):
		n.Kind = proto.Link
	case tappable:
		n.Kind = proto.Button
	case focusable:
		n.Kind = proto.Widget
		return n, true
	default:
		n.Kind = proto.Text
	}
	return n, n.Text != ""
}

func isLink(o fyne.CanvasObject) bool {
	if a, ok := o.(fyne.Accessible); ok && a.AccessibilityRole() == fyne.AccessibleRoleLink {
		return true
	}
	_, ok := o.(*widget.Hyperlink)
	return ok
}

// field reads an exported field of a widget, also one of a widget it embeds:
// that is how Fyne's own widgets and those made from them show their text.
func field(o fyne.CanvasObject, name string, kind reflect.Kind) (reflect.Value, bool) {
	v := reflect.Indirect(reflect.ValueOf(o))
	if v.Kind() != reflect.Struct {
		return reflect.Value{}, false
	}
	sf, ok := v.Type().FieldByName(name)
	if !ok || !sf.IsExported() || sf.Type.Kind() != kind {
		return reflect.Value{}, false
	}
	f, err := v.FieldByIndexErr(sf.Index)
	return f, err == nil
}

func stringField(o fyne.CanvasObject, name string) (string, bool) {
	f, ok := field(o, name, reflect.String)
	if !ok {
		return "", false
	}
	return f.String(), true
}

func boolField(o fyne.CanvasObject, name string) (bool, bool) {
	f, ok := field(o, name, reflect.Bool)
	return ok && f.Bool(), ok
}
