package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The sizes of type, in Fyne units at 100 %.
const (
	Caption fyne.ThemeSizeName = "parvis.caption"
	Body    fyne.ThemeSizeName = "parvis.body"
	Section fyne.ThemeSizeName = "parvis.section"
	Title   fyne.ThemeSizeName = "parvis.title"
	Balance fyne.ThemeSizeName = "parvis.balance"
)

// The five spaces and the few fixed measures of the design, at 100 %. Px
// brings them to the text size in force.
const (
	XS float32 = 4
	S  float32 = 8
	M  float32 = 16
	L  float32 = 24
	XL float32 = 40

	ControlHeight float32 = 44
	RowHeight     float32 = 64
	CellHeight    float32 = 56
	FormWidth     float32 = 680
	TextWidth     float32 = 760 // the longest line that reads well
	PageWidth     float32 = 1120
	RailWidth     float32 = 208
	RailIcon      float32 = 24
	RailBar       float32 = 4
	CardRadius    float32 = 10
	ControlRadius float32 = 8
	HairlineWidth float32 = 1
	RingWidth     float32 = 3
	IconSize      float32 = 20

	// NarrowWindow is the width under which, and LargeText the scale from
	// which, the rail becomes a button.
	NarrowWindow float32 = 1024
	LargeText    float32 = 1.5
)

var sizes = map[fyne.ThemeSizeName]float32{
	Caption: 14,
	Body:    17,
	Section: 20,
	Title:   26,
	Balance: 34,

	theme.SizeNameText:                 17,
	theme.SizeNameCaptionText:          14,
	theme.SizeNameSubHeadingText:       20,
	theme.SizeNameHeadingText:          26,
	theme.SizeNamePadding:              4,
	theme.SizeNameInnerPadding:         10,
	theme.SizeNameLineSpacing:          4,
	theme.SizeNameInlineIcon:           20,
	theme.SizeNameScrollBar:            12,
	theme.SizeNameScrollBarSmall:       6,
	theme.SizeNameScrollBarRadius:      4,
	theme.SizeNameSeparatorThickness:   1,
	theme.SizeNameSplitThickness:       4,
	theme.SizeNameInputBorder:          1,
	theme.SizeNameInputRadius:          8,
	theme.SizeNameSelectionRadius:      4,
	theme.SizeNameInnerWindowRadius:    10,
	theme.SizeNameModalBlurRadius:      0,
	theme.SizeNameWindowButtonHeight:   24,
	theme.SizeNameWindowButtonRadius:   6,
	theme.SizeNameWindowButtonIcon:     18,
	theme.SizeNameWindowTitleBarHeight: 32,
	theme.SizeNameButtonRadius:         8,
	theme.SizeNameCardRadius:           10,
	theme.SizeNameDialogRadius:         10,
	theme.SizeNamePopupRadius:          8,
	theme.SizeNameMenuRadius:           8,
}

// Px is a measure of the design at the text size in force.
func Px(v float32) float32 { return v * Current().scale }

// Text is the height of a type size now.
func Text(name fyne.ThemeSizeName) float32 { return Current().Size(name) }

// Large tells whether the text is so large that screens change their shape:
// lists instead of grids, a button instead of the rail.
func Large() bool { return Current().scale >= LargeText }
