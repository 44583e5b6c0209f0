package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"parvis/assets"
)

// Palette is light or dark, or what the system asks for.
type Palette string

// The palettes a person can choose.
const (
	Auto  Palette = "auto"
	Light Palette = "light"
	Dark  Palette = "dark"
)

// The least and the largest text, as factors of the design's sizes.
const (
	MinScale float32 = 1
	MaxScale float32 = 2
)

// Theme is the one theme of Parvis. A change of appearance is a new value
// given to SetTheme: every widget of the kit reads its sizes and colours anew
// when it is refreshed, so nothing has to be restarted.
type Theme struct {
	palette  Palette
	scale    float32
	contrast bool
}

var _ fyne.Theme = (*Theme)(nil)

// New makes a theme; a scale out of bounds is brought within them.
func New(p Palette, scale float32, contrast bool) *Theme {
	if scale < MinScale {
		scale = MinScale
	}
	if scale > MaxScale {
		scale = MaxScale
	}
	switch p {
	case Light, Dark:
	default:
		p = Auto
	}
	return &Theme{palette: p, scale: scale, contrast: contrast}
}

// Palette, Scale and Contrast tell what the theme was made with.
func (t *Theme) Palette() Palette { return t.palette }

// Scale is the factor on all sizes.
func (t *Theme) Scale() float32 { return t.scale }

// Contrast tells whether this is the high-contrast variant.
func (t *Theme) Contrast() bool { return t.contrast }

func (t *Theme) column(v fyne.ThemeVariant) int {
	isDark := t.palette == Dark || t.palette == Auto && v == theme.VariantDark
	switch {
	case isDark && t.contrast:
		return darkContrast
	case isDark:
		return dark
	case t.contrast:
		return lightContrast
	default:
		return light
	}
}

// Color answers for our roles and for the toolkit's names.
func (t *Theme) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if ours, ok := toolkit[name]; ok {
		name = ours
	}
	if s, ok := palettes[name]; ok {
		return s[t.column(v)]
	}
	switch name {
	case theme.ColorNameScrollBarBackground:
		return color.Transparent
	}
	return palettes[Ink][t.column(v)]
}

var (
	regular  = fyne.NewStaticResource("SourceSans3-Regular.ttf", assets.Font("SourceSans3-Regular.ttf"))
	semibold = fyne.NewStaticResource("SourceSans3-Semibold.ttf", assets.Font("SourceSans3-Semibold.ttf"))
)

// Font is Source Sans 3: its digits have equal widths, so columns of prices
// and dates stand straight.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Symbol:
		return theme.DefaultSymbolFont()
	case style.Monospace:
		return theme.DefaultTextMonospaceFont()
	case style.Bold:
		return semibold
	default:
		return regular
	}
}

// Size answers for our names and the toolkit's, all multiplied by the scale.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	return sizes[name] * t.scale
}

// Current is the theme in force. Under another theme (a test of one widget,
// Fyne's own settings window) it is our light one at 100 %.
func Current() *Theme {
	if app := fyne.CurrentApp(); app != nil {
		if t, ok := app.Settings().Theme().(*Theme); ok {
			return t
		}
	}
	return fallback
}

var fallback = New(Light, 1, false)

// Color is the colour of a role now.
func Color(role fyne.ThemeColorName) color.Color {
	variant := theme.VariantLight
	if app := fyne.CurrentApp(); app != nil {
		variant = app.Settings().ThemeVariant()
	}
	return Current().Color(role, variant)
}
