package look

import "fyne.io/fyne/v2"

// The colour roles. A role says what a colour is for; its value in each
// palette stands in palettes.go.
const (
	Ink        fyne.ThemeColorName = "parvis.ink"        // text
	Muted      fyne.ThemeColorName = "parvis.muted"      // second line, hints, captions
	Background fyne.ThemeColorName = "parvis.background" // behind everything
	Card       fyne.ThemeColorName = "parvis.card"       // cards, rows, inputs, bars
	Hairline   fyne.ThemeColorName = "parvis.hairline"   // the edge of a card, rules between rows; decoration only
	Hover      fyne.ThemeColorName = "parvis.hover"      // under the pointer, over a card
	Pressed    fyne.ThemeColorName = "parvis.pressed"    // while held down, over a card

	Primary      fyne.ThemeColorName = "parvis.primary"      // the one main action
	PrimaryHover fyne.ThemeColorName = "parvis.primaryHover" // the same under the pointer
	OnPrimary    fyne.ThemeColorName = "parvis.onPrimary"    // text on both
	Link         fyne.ThemeColorName = "parvis.link"         // links and the text of secondary buttons

	Danger      fyne.ThemeColorName = "parvis.danger" // the fill of a button that destroys
	DangerHover fyne.ThemeColorName = "parvis.dangerHover"
	OnDanger    fyne.ThemeColorName = "parvis.onDanger"

	InputBorder fyne.ThemeColorName = "parvis.inputBorder" // edge of what can be filled in, 3:1
	Focus       fyne.ThemeColorName = "parvis.focus"       // the ring around what has the focus, 3:1
	Selection   fyne.ThemeColorName = "parvis.selection"   // selected text in a field

	RailSelected     fyne.ThemeColorName = "parvis.railSelected"     // text, icon and bar of the chosen page
	RailSelectedFill fyne.ThemeColorName = "parvis.railSelectedFill" // its tint

	Error       fyne.ThemeColorName = "parvis.error" // text of a mistake
	ErrorFill   fyne.ThemeColorName = "parvis.errorFill"
	Warning     fyne.ThemeColorName = "parvis.warning"
	WarningFill fyne.ThemeColorName = "parvis.warningFill"
	Success     fyne.ThemeColorName = "parvis.success"
	SuccessFill fyne.ThemeColorName = "parvis.successFill"
	Info        fyne.ThemeColorName = "parvis.info"
	InfoFill    fyne.ThemeColorName = "parvis.infoFill"
	Neutral     fyne.ThemeColorName = "parvis.neutral"
	NeutralFill fyne.ThemeColorName = "parvis.neutralFill"

	Bookable       fyne.ThemeColorName = "parvis.bookable" // a green day: text, fill, border
	BookableFill   fyne.ThemeColorName = "parvis.bookableFill"
	BookableBorder fyne.ThemeColorName = "parvis.bookableBorder"
	NotDay         fyne.ThemeColorName = "parvis.notDay" // a grey day
	NotDayFill     fyne.ThemeColorName = "parvis.notDayFill"
	Today          fyne.ThemeColorName = "parvis.today" // the yellow day
	TodayFill      fyne.ThemeColorName = "parvis.todayFill"
	Booked         fyne.ThemeColorName = "parvis.booked" // a blue day
	BookedFill     fyne.ThemeColorName = "parvis.bookedFill"
	Pending        fyne.ThemeColorName = "parvis.pending" // not yet confirmed, hatched
	PendingFill    fyne.ThemeColorName = "parvis.pendingFill"
	PendingHatch   fyne.ThemeColorName = "parvis.pendingHatch" // the lines; text lies over them too

	Strip     fyne.ThemeColorName = "parvis.strip" // the strip at the top that says Démonstration
	StripFill fyne.ThemeColorName = "parvis.stripFill"

	Scroll fyne.ThemeColorName = "parvis.scroll" // the handle of a scroll bar, 3:1
	Scrim  fyne.ThemeColorName = "parvis.scrim"  // over the window while a dialog is open
)

// Tone is the mood of a chip, a strip or a card: what it says besides its word.
type Tone int

// The tones, each with a text role, a fill role and an icon of its own, so
// that none of them is told by colour alone.
const (
	ToneNeutral Tone = iota
	ToneInfo
	ToneSuccess
	ToneWarning
	ToneError
	TonePending
)

// Text is the role of the words in this tone.
func (t Tone) Text() fyne.ThemeColorName {
	switch t {
	case ToneInfo:
		return Info
	case ToneSuccess:
		return Success
	case ToneWarning:
		return Warning
	case ToneError:
		return Error
	case TonePending:
		return Pending
	default:
		return Neutral
	}
}

// Fill is the role of what lies behind the words in this tone.
func (t Tone) Fill() fyne.ThemeColorName {
	switch t {
	case ToneInfo:
		return InfoFill
	case ToneSuccess:
		return SuccessFill
	case ToneWarning:
		return WarningFill
	case ToneError:
		return ErrorFill
	case TonePending:
		return PendingFill
	default:
		return NeutralFill
	}
}

// Icon is the sign of this tone where nothing more exact is known.
func (t Tone) Icon() string {
	switch t {
	case ToneSuccess:
		return "check-circle"
	case ToneWarning:
		return "warning"
	case ToneError:
		return "warning-circle"
	case TonePending:
		return "cloud-arrow-up"
	default:
		return "info" // an empty ring would look like something to choose
	}
}

// Pair is a text (or a line) and what it lies on, with the least contrast the
// two must have.
type Pair struct {
	Over, Under fyne.ThemeColorName
	// Line is true for borders, focus rings and other things that are not
	// text: they need 3:1, text needs 4.5:1 (7:1 in high contrast).
	Line bool
}

// Pairs lists every text and line that meets a fill on a screen. A widget that
// puts two roles together that are not listed here adds them here, and the
// test then answers for them in all palettes.
func Pairs() []Pair {
	text := func(over fyne.ThemeColorName, under ...fyne.ThemeColorName) []Pair {
		var ps []Pair
		for _, u := range under {
			ps = append(ps, Pair{Over: over, Under: u})
		}
		return ps
	}
	line := func(over fyne.ThemeColorName, under ...fyne.ThemeColorName) []Pair {
		var ps []Pair
		for _, u := range under {
			ps = append(ps, Pair{Over: over, Under: u, Line: true})
		}
		return ps
	}
	surfaces := []fyne.ThemeColorName{Background, Card, Hover, Pressed}
	var all []Pair
	for _, ps := range [][]Pair{
		text(Ink, append(surfaces, Selection, InfoFill, WarningFill, ErrorFill, SuccessFill, NeutralFill, PendingFill)...),
		text(Muted, surfaces...),
		text(Link, append(surfaces, InfoFill, WarningFill, ErrorFill, SuccessFill, NeutralFill, PendingFill)...),
		text(Error, append(surfaces, ErrorFill)...),
		text(Warning, append(surfaces, WarningFill)...),
		text(Success, append(surfaces, SuccessFill)...),
		text(Info, append(surfaces, InfoFill)...),
		text(Neutral, append(surfaces, NeutralFill)...),
		text(OnPrimary, Primary, PrimaryHover),
		text(OnDanger, Danger, DangerHover),
		text(RailSelected, RailSelectedFill),
		text(Bookable, BookableFill),
		text(NotDay, NotDayFill),
		text(Today, TodayFill),
		text(Booked, BookedFill),
		text(Pending, PendingFill, PendingHatch),
		text(Strip, StripFill),
		line(InputBorder, Card, Background),
		line(Focus, append(surfaces, NotDayFill, BookableFill, PendingFill, RailSelectedFill)...),
		line(BookableBorder, BookableFill, Card),
		line(Primary, Card, Background),
		line(Danger, Card, Background),
		line(BookedFill, Card),
		line(Scroll, Background, Card),
	} {
		all = append(all, ps...)
	}
	return all
}
