package look

import (
	"bytes"
	"encoding/xml"
	"image/color"
	"io"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"parvis/assets"
)

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

// Every text and every line that meets a fill is readable in all palettes.
func TestContrastOfAllPairs(t *testing.T) {
	for _, p := range []Palette{Light, Dark} {
		for _, high := range []bool{false, true} {
			th := New(p, 1, high)
			for _, pair := range Pairs() {
				want := 4.5
				if pair.Line {
					want = 3
				} else if high {
					want = 7
				}
				got := contrast(th.Color(pair.Over, 0), th.Color(pair.Under, 0))
				if got < want {
					t.Errorf("%s (high contrast %v): %s on %s is %.2f:1, needs %.1f", p, high, pair.Over, pair.Under, got, want)
				}
			}
		}
	}
}

// A role without a colour, or a colour without an opaque value, would show as
// black on black somewhere.
func TestEveryRoleOfThePairsHasAColour(t *testing.T) {
	for _, pair := range Pairs() {
		for _, role := range []fyne.ThemeColorName{pair.Over, pair.Under} {
			s, ok := palettes[role]
			if !ok {
				t.Fatalf("no colour for %s", role)
			}
			for i, c := range s {
				if c.A != 0xff {
					t.Errorf("%s in palette %d is not opaque", role, i)
				}
			}
		}
	}
}

// The four palettes are different, and Auto follows the system.
func TestAutoFollowsTheVariant(t *testing.T) {
	auto := New(Auto, 1, false)
	if auto.Color(Background, theme.VariantDark) != New(Dark, 1, false).Color(Background, 0) {
		t.Error("auto on a dark system is not the dark palette")
	}
	if auto.Color(Background, theme.VariantLight) != New(Light, 1, false).Color(Background, 0) {
		t.Error("auto on a light system is not the light palette")
	}
	if New("purple", 1, false).Palette() != Auto {
		t.Error("an unknown palette is not Auto")
	}
}

func TestScaleMultipliesEverySizeAndIsBounded(t *testing.T) {
	one, two := New(Light, 1, false), New(Light, 2, false)
	for name := range sizes {
		if two.Size(name) != 2*one.Size(name) {
			t.Errorf("%s: %v at 200 %%, %v at 100 %%", name, two.Size(name), one.Size(name))
		}
	}
	if New(Light, 0.2, false).Scale() != 1 || New(Light, 9, false).Scale() != 2 {
		t.Error("the scale is not kept between 1 and 2")
	}
}

// Fyne's own names all have a size, so that no toolkit widget collapses.
func TestToolkitSizesAreAllThere(t *testing.T) {
	for _, name := range []fyne.ThemeSizeName{
		theme.SizeNameCaptionText, theme.SizeNameInlineIcon, theme.SizeNameInnerPadding, theme.SizeNameLineSpacing,
		theme.SizeNamePadding, theme.SizeNameScrollBar, theme.SizeNameScrollBarSmall, theme.SizeNameSeparatorThickness,
		theme.SizeNameText, theme.SizeNameHeadingText, theme.SizeNameSubHeadingText, theme.SizeNameInputBorder,
		theme.SizeNameInputRadius, theme.SizeNameSelectionRadius, theme.SizeNameScrollBarRadius,
	} {
		if New(Light, 1, false).Size(name) <= 0 {
			t.Errorf("no size for %s", name)
		}
	}
}

func TestIconsTakeTheColourOfTheirRole(t *testing.T) {
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(New(Light, 1, false))
	house := Icon("house", Error)
	before := string(house.Content())
	name := house.Name()
	fyne.CurrentApp().Settings().SetTheme(New(Dark, 1, false))
	if house.Name() == name || string(house.Content()) == before {
		t.Error("the icon keeps the colour of the palette before")
	}
	if !bytes.Contains(house.Content(), []byte("#ff9c93")) {
		t.Errorf("the icon is not filled with the error colour: %s", house.Content())
	}
}

// All icons are well-formed SVG, and the names the theme uses exist.
func TestIconsAreAllThere(t *testing.T) {
	names := assets.IconNames()
	if len(names) < 60 {
		t.Fatalf("only %d icons", len(names))
	}
	for _, n := range names {
		data, _ := assets.Icon(n)
		d := xml.NewDecoder(bytes.NewReader(data))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%s: %v", n, err)
				break
			}
		}
	}
	for theirs, ours := range replaced {
		if !HasIcon(ours) {
			t.Errorf("%s stands for %s but is not embedded", ours, theirs)
		}
	}
	for tone := ToneNeutral; tone <= TonePending; tone++ {
		if !HasIcon(tone.Icon()) {
			t.Errorf("no icon %s", tone.Icon())
		}
	}
}

// A circle of two arcs whose second leaves its letter out, as Phosphor writes
// it, becomes four curves that end where they should.
func TestArcsBecomeCurves(t *testing.T) {
	got := plainPath("M128,24A104,104,0,1,0,232,128,104.11,104.11,0,0,0,128,24Zm0,8h8v-8l1.5.5")
	if bytes.ContainsAny([]byte(got), "Aaahvlm") {
		t.Errorf("not plain: %s", got)
	}
	for _, want := range []string{"M128.000 24.000", "232.000 128.000", "128.000 24.000 Z", "M128.000 32.000", "L136.000 32.000", "L136.000 24.000", "L137.500 24.500"} {
		if !bytes.Contains([]byte(got), []byte(want)) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	// Half a circle of radius 10 passes its highest point.
	c := arcCurves(-10, 0, 10, 0, 10, 10, 0, false, true)
	if len(c) != 2 || math.Abs(c[0][4]) > 1e-9 || math.Abs(c[0][5]+10) > 1e-9 {
		t.Errorf("half a circle: %v", c)
	}
	for _, n := range assets.IconNames() {
		data, _ := assets.Icon(n)
		for _, m := range pathData.FindAllSubmatch(data, -1) {
			if p := plainPath(string(m[1])); len(p) < 10 || bytes.Contains([]byte(p), []byte("NaN")) {
				t.Errorf("%s: %q became %q", n, m[1], p)
			}
		}
	}
}
