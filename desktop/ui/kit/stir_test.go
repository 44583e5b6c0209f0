package kit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// events are the methods by which the toolkit hands over what a person does.
var events = []string{
	"Tapped", "TappedSecondary", "DoubleTapped", "TypedKey", "TypedRune", "TypedShortcut", "MouseIn", "MouseMoved", "MouseDown", "Scrolled", "Dragged",
}

// A widget that keeps what a person does to itself would let a window close
// under somebody who works in it.
func TestEveryEventStirs(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !slices.Contains(events, f.Name.Name) {
				continue
			}
			seen++
			stirs := false
			ast.Inspect(f.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				switch fun := call.Fun.(type) {
				case *ast.Ident:
					stirs = stirs || fun.Name == "stir"
				case *ast.SelectorExpr: // handed on to a method that does
					stirs = stirs || slices.Contains(events, fun.Sel.Name)
				}
				return true
			})
			if !stirs {
				t.Errorf("%s of %s stirs nobody", f.Name.Name, receiver(f))
			}
		}
	}
	if seen < 25 {
		t.Errorf("only %d events were seen", seen)
	}
}

func receiver(f *ast.FuncDecl) string {
	if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok {
		return star.X.(*ast.Ident).Name
	}
	return "?"
}

func TestSomebodyIsNoticed(t *testing.T) {
	test.NewTempApp(t)
	n := 0
	OnStir(func() { n++ })
	defer OnStir(func() {})
	button, field := Primary("Valider", nil), TextField("Nom")
	shell := NewShell(NewTopBar(), NewRail(nil, func(string) {}), NewFootLine(nil), NewToasts(nil))
	shell.SetPage(NewPage(Column(0, button, field, Body(strings.Repeat("Du texte. ", 2000)))))
	w := test.NewTempWindow(t, shell)
	w.Resize(fyne.NewSize(900, 600))
	for _, do := range []struct {
		what string
		act  func()
	}{
		{"a click", func() { test.Tap(button) }},
		{"a key in a field", func() { field.Focus(); w.Canvas().Focused().TypedRune('a') }},
		{"a move over nothing in particular", func() { shell.MouseMoved(&desktop.MouseEvent{}) }},
		{"a turn of the wheel", func() { test.Scroll(w.Canvas(), fyne.NewPos(100, 200), 0, -50) }},
	} {
		before := n
		do.act()
		if n == before {
			t.Errorf("%s is not noticed", do.what)
		}
	}
}
