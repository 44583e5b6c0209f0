package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// swatch is one role in the four palettes: light, dark, and both of them in
// high contrast.
type swatch [4]color.NRGBA

const edgeShade fyne.ThemeColorName = "parvis.edgeShade"

const (
	light = iota
	dark
	lightContrast
	darkContrast
)

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

func sw(l, d, lc, dc uint32) swatch { return swatch{rgb(l), rgb(d), rgb(lc), rgb(dc)} }

// palettes is the whole table. Light and dark are those of the design; the
// high-contrast ones keep its roles but stay at 7:1 for text: black or white,
// one blue, one yellow, and borders as strong as the text.
var palettes = map[fyne.ThemeColorName]swatch{
	Ink:        sw(0x1B1F2A, 0xECEEF3, 0x000000, 0xFFFFFF),
	Muted:      sw(0x565C6B, 0xA9B0BF, 0x333333, 0xE0E0E0),
	Background: sw(0xF6F5F1, 0x14171F, 0xFFFFFF, 0x000000),
	Card:       sw(0xFFFFFF, 0x1E222D, 0xFFFFFF, 0x000000),
	Hairline:   sw(0xD9DBE0, 0x343A48, 0x000000, 0xFFFFFF),
	Hover:      sw(0xEFF2F7, 0x282E3B, 0xE6EEF8, 0x1F1F1F),
	Pressed:    sw(0xE3E8F0, 0x303746, 0xD6E4F5, 0x2B2B2B),

	Primary:      sw(0x1F4E8C, 0x8AB6F5, 0x00306B, 0xFFE14D),
	PrimaryHover: sw(0x173C6D, 0xA6C8F8, 0x001F47, 0xFFF0A0),
	OnPrimary:    sw(0xFFFFFF, 0x0B1B33, 0xFFFFFF, 0x000000),
	Link:         sw(0x1F4E8C, 0x8AB6F5, 0x00306B, 0xFFE14D),

	Danger:      sw(0xB3261E, 0xFF9C93, 0x7A0C06, 0xFFB3AB),
	DangerHover: sw(0x8F1D17, 0xFFB7B0, 0x5C0804, 0xFFD0CB),
	OnDanger:    sw(0xFFFFFF, 0x3A0905, 0xFFFFFF, 0x000000),

	InputBorder: sw(0x7A8191, 0x7D8596, 0x000000, 0xFFFFFF),
	Focus:       sw(0x0B57D0, 0xFFD84D, 0xB0005C, 0x00E5FF),
	Selection:   sw(0xCFE0F7, 0x2F4A73, 0xCFE0F7, 0x004A80),

	RailSelected:     sw(0x1F4E8C, 0x8AB6F5, 0x00306B, 0xFFE14D),
	RailSelectedFill: sw(0xE3ECF8, 0x233350, 0xDCE9FA, 0x262200),

	Error:       sw(0xB3261E, 0xFF9C93, 0x7A0C06, 0xFFB3AB),
	ErrorFill:   sw(0xFDECEA, 0x3B1F1E, 0xFFFFFF, 0x000000),
	Warning:     sw(0x7A4B00, 0xF2CC5B, 0x4D2F00, 0xFFE14D),
	WarningFill: sw(0xFFF1D6, 0x3A2F14, 0xFFFFFF, 0x000000),
	Success:     sw(0x12492A, 0xBFEBCF, 0x003D1B, 0x9CF5BD),
	SuccessFill: sw(0xD8F0DF, 0x1C4A30, 0xFFFFFF, 0x000000),
	Info:        sw(0x16375F, 0xCFE1FB, 0x00306B, 0xBFDCFF),
	InfoFill:    sw(0xE3ECF8, 0x233350, 0xFFFFFF, 0x000000),
	Neutral:     sw(0x4A505E, 0xC3C9D5, 0x222222, 0xF0F0F0),
	NeutralFill: sw(0xECEDEF, 0x2A2F3B, 0xFFFFFF, 0x000000),

	Bookable:       sw(0x12492A, 0xBFEBCF, 0x003D1B, 0x9CF5BD),
	BookableFill:   sw(0xD8F0DF, 0x1C4A30, 0xFFFFFF, 0x000000),
	BookableBorder: sw(0x2F8F57, 0x4FA873, 0x005C29, 0x9CF5BD),
	NotDay:         sw(0x565C6B, 0xA9B0BF, 0x404040, 0xD0D0D0),
	NotDayFill:     sw(0xECEDEF, 0x2A2F3B, 0xF2F2F2, 0x1A1A1A),
	Today:          sw(0x4A3600, 0x2E2200, 0x000000, 0x000000),
	TodayFill:      sw(0xFFE48A, 0xF2CC5B, 0xFFD426, 0xFFE14D),
	Booked:         sw(0xFFFFFF, 0x0B1B33, 0xFFFFFF, 0x000000),
	BookedFill:     sw(0x1F4E8C, 0x8AB6F5, 0x00306B, 0x8FC1FF),
	Pending:        sw(0x16375F, 0xCFE1FB, 0x00264F, 0xDCEBFF),
	PendingFill:    sw(0xDCE8F8, 0x253B5C, 0xFFFFFF, 0x000000),
	PendingHatch:   sw(0xB4CCEB, 0x37537F, 0xC2D6F0, 0x003366),

	Strip:     sw(0x4A3600, 0x2E2200, 0x000000, 0x000000),
	StripFill: sw(0xFFE48A, 0xF2CC5B, 0xFFD426, 0xFFE14D),

	Scroll: sw(0x7A8191, 0x7D8596, 0x333333, 0xE0E0E0),
	// Where a page goes on under its edge; the toolkit draws it as a gradient.
	edgeShade: {{A: 0x14}, {A: 0x40}, {A: 0x14}, {A: 0x40}},
	Scrim:     {{A: 0x8c}, {A: 0xa6}, {A: 0xb3}, {R: 0x40, G: 0x40, B: 0x40, A: 0xb3}},
}

// toolkit says which of our roles Fyne's own widgets use: entries, scroll
// bars, menus and the file dialog are not drawn by us but must look like us.
var toolkit = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNameBackground:          Background,
	theme.ColorNameButton:              Card,
	theme.ColorNameDisabledButton:      NeutralFill,
	theme.ColorNameDisabled:            Muted,
	theme.ColorNameError:               Error,
	theme.ColorNameFocus:               Selection,
	theme.ColorNameForeground:          Ink,
	theme.ColorNameForegroundOnError:   OnDanger,
	theme.ColorNameForegroundOnPrimary: OnPrimary,
	theme.ColorNameForegroundOnSuccess: SuccessFill,
	theme.ColorNameForegroundOnWarning: WarningFill,
	theme.ColorNameHeaderBackground:    Card,
	theme.ColorNameHover:               Hover,
	theme.ColorNameHyperlink:           Link,
	theme.ColorNameInputBackground:     Card,
	theme.ColorNameInputBorder:         InputBorder,
	theme.ColorNameMenuBackground:      Card,
	theme.ColorNameOverlayBackground:   Card,
	theme.ColorNamePlaceHolder:         Muted,
	theme.ColorNamePressed:             Pressed,
	theme.ColorNamePrimary:             Focus,
	theme.ColorNameScrollBar:           Scroll,
	theme.ColorNameSelection:           Selection,
	theme.ColorNameSeparator:           Hairline,
	theme.ColorNameShadow:              edgeShade,
	theme.ColorNameSuccess:             Success,
	theme.ColorNameWarning:             Warning,
}
