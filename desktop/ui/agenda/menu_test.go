package agenda

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// fed is Claire's desktop where the kitchen tells what it serves.
func fed() *screentest.Desk {
	d := screentest.Family()
	d.Get(menus()...)
	return d
}

func menus() (rows []wire.Change) {
	dish := func(course meals.Course, fr, en, diet string, marks []string, all ...meals.Allergen) meals.Dish {
		return meals.Dish{Course: course, Name: bookings.Names{"fr": fr, "en": en}, For: diet, Marks: marks, Allergens: all}
	}
	tell := func(m meals.Menu) {
		rows = append(rows, screentest.Row(wire.TownFeed, wire.Menus, meals.Key(m.Site, m.Day), m))
	}
	for _, day := range []portal.Date{"2026-03-05", screentest.Monday, screentest.Tuesday, screentest.Thursday} {
		tell(meals.Menu{Day: day, Dishes: []meals.Dish{
			dish("dessert", "Pomme", "Apple", "", []string{"organic", "local"}),
			dish("starter", "Carottes râpées", "Grated carrots", "", nil, "mustard"),
			dish("main", "Lasagnes de bœuf", "Beef lasagne", "", nil, "milk", "gluten"),
			dish("main", "Lasagnes aux épinards", "Spinach lasagne", "vegetarian", nil, "gluten", "milk", "eggs"),
		}})
	}
	tell(meals.Menu{Day: screentest.Tuesday, Site: screentest.Ferry, Dishes: []meals.Dish{dish("main", "Pique-nique", "Picnic", "", nil)}})
	tell(meals.Menu{Day: screentest.Tuesday, Site: screentest.Tilleul, Dishes: []meals.Dish{dish("main", "Choucroute", "Sauerkraut", "", nil)}})
	return rows
}

func (o *opened) way(label string) *kit.LinkButton {
	for _, b := range kittest.All[*kit.LinkButton](o.w) {
		if b.Text() == label && b.Visible() {
			return b
		}
	}
	return nil
}

// tall is a window with room for all that stands beside the days.
var tall = fyne.NewSize(816, 640)

// What is done here besides booking is one press away, and stands beside the days
// where there is room: a parent with a sick child looks for it there.
func TestWhatElseIsDoneStandsBesideTheDays(t *testing.T) {
	kittest.Light(t)
	for _, m := range []mode{byMonth, byWeek, byList} {
		for _, family := range []bool{false, true} {
			o := shaped(t, together(), m, family)
			kittest.Press(t, o.w, "Plus…")
			kittest.Settle(o.w)
			kittest.WantShown(t, o.w, "Réservations groupées", "Ouvertures", "Imprimer, emporter…")
			kittest.Press(t, o.w, "Signaler une absence")
			want := screentest.Lea
			if family {
				want = ""
			}
			if n := len(o.Routes); n == 0 || o.Routes[n-1].String() != screen.To(screen.Absent, "child", string(want)).String() {
				t.Errorf("%s: it leads to %v", m, o.Routes)
			}
			kittest.Settle(o.w)
			o.w.Resize(tall)
			kittest.Settle(o.w)
			if o.way("Signaler une absence") == nil {
				t.Errorf("%s: a tall window has no way to tell of an absence", m)
			}
			o.w.Resize(fyne.NewSize(816, 456)) // 1024 × 600 under the bar of a demonstration
			kittest.Settle(o.w)
			if b := o.way("Signaler une absence"); b != nil && m != byList {
				abs := fyne.CurrentApp().Driver().AbsolutePositionForObject
				if bottom, foot := abs(b).Y+b.Size().Height, abs(o.foot).Y; bottom > foot+1 {
					t.Errorf("%s: it ends at %v, under the line at %v", m, bottom, foot)
				}
			}
			kittest.Press(t, o.w, o.modes().Text())
			kittest.Settle(o.w)
			kittest.WantHidden(t, o.w, "Ouvertures")
		}
	}
}

func TestTheMenuOfADay(t *testing.T) {
	kittest.Light(t)
	o := show2(t, fed(), screen.To(screen.Agenda, "day", string(screentest.Thursday)))
	o.w.Resize(tall)
	kittest.Settle(o.w)
	o.way("Menu de la cantine").Tapped(&fyne.PointEvent{})
	kittest.Settle(o.w)
	kittest.WantShown(t, o.w, "Jeudi 12 mars", "Carottes râpées", "Allergènes : moutarde", "Allergènes : gluten, lait", "Pomme (bio, local)", "Aucun allergène signalé", "Repas végétarien", "demandez à la mairie")
	said := strings.Join(kittest.Texts(o.w), "\n")
	if strings.Index(said, "Carottes") > strings.Index(said, "Pomme") {
		t.Error("the dessert comes before the starter")
	}
	// What Léa is allergic to is for people to compare.
	for _, promise := range []string{"sans danger", "Léa peut", "convient"} {
		kittest.WantHidden(t, o.w, promise)
	}
	kittest.Find[*kit.IconButton](o.w, "Menu précédent").Tapped(&fyne.PointEvent{})
	kittest.Settle(o.w)
	kittest.WantShown(t, o.w, "Mardi 10 mars", "Pique-nique") // the school's own menu
	kittest.WantHidden(t, o.w, "Choucroute", "Carottes")
	for range 3 {
		kittest.Find[*kit.IconButton](o.w, "Menu précédent").Tapped(&fyne.PointEvent{})
	}
	kittest.Settle(o.w)
	kittest.WantShown(t, o.w, "Lundi 9 mars") // what was eaten is not told any more
}

func TestTheWayToTheMenuIsThereWhereThereIsOne(t *testing.T) {
	kittest.Light(t)
	o := family(t)
	o.w.Resize(tall)
	kittest.Settle(o.w)
	if o.way("Menu de la cantine") != nil {
		t.Error("it leads to no menu")
	}
	o.Get(screentest.Row(wire.TownFeed, wire.Menus, "2026-03-12", meals.Menu{Day: "2026-03-12", Dishes: []meals.Dish{{Course: "main", Name: bookings.Names{"fr": "Quiche"}}}}))
	kittest.Settle(o.w)
	if o.way("Menu de la cantine") == nil {
		t.Error("it does not come with the menu")
	}
	o.chooseActivity(screentest.Morning)
	kittest.Settle(o.w)
	if o.way("Menu de la cantine") != nil {
		t.Error("nobody eats in the morning")
	}
	o = show2(t, fed(), screen.To(screen.Agenda))
	o.chooseMode(byList)
	kittest.Settle(o.w)
	if o.way("Menu de la cantine") == nil {
		t.Error("the list has no way to it")
	}
}

// Six weeks stay in sight beside the way to the menu, and so does that way.
func TestSixWeeksFitBesideTheMenu(t *testing.T) {
	for _, lang := range i18n.Languages() {
		kittest.App(t, look.Light, 1, false, lang)
		d := banded(&ledger.Payer{Resident: true, Quotients: []ledger.Quotient{{Value: 1640, From: "2025-09-01"}}})
		d.Get(menus()...)
		d.Get(screentest.Row(wire.TownFeed, wire.Menus, "2026-08-27", meals.Menu{Day: "2026-08-27", Dishes: []meals.Dish{{Course: "main", Name: bookings.Names{"fr": "Quiche"}}}}))
		o := show2(t, d, screen.To(screen.Agenda))
		for _, month := range []portal.Date{"2026-03-01", "2026-08-01"} {
			o.turn(at(month))
			kittest.Settle(o.w)
			for _, day := range o.shown {
				o.line.Tell(day, true)
				kittest.Settle(o.w)
				inSight(t, o, lang)
			}
		}
	}
	kittest.Light(t)
	d := screentest.Apart()
	d.Get(menus()...)
	o := show2(t, d, screen.To(screen.Agenda))
	o.click(screentest.Thursday)
	abs := fyne.CurrentApp().Driver().AbsolutePositionForObject
	if bottom, foot := abs(o.menu).Y+o.menu.Size().Height, abs(o.foot).Y; bottom > foot+1 {
		t.Errorf("with marked weeks it ends at %v, under the line at %v", bottom, foot)
	}
}

func TestTheNextMealIsToldInALine(t *testing.T) {
	kittest.Light(t)
	d := fed()
	if got := plain(NextMenu(d.View, screentest.Lea, screentest.Monday)); got != "À la cantine lundi : carottes râpées, lasagnes de bœuf, pomme. Allergènes : gluten, œufs, lait, moutarde." {
		t.Errorf("it says %q", got)
	}
	if got := NextMenu(d.View, screentest.Noe, screentest.Monday); got != "" {
		t.Errorf("of a child who does not come it says %q", got)
	}
}

func TestTheMenuFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := fed()
		m, _ := d.View.Menu(screentest.Ferry, screentest.Thursday)
		return kit.NewPage(kit.Limit(look.FormWidth, kit.Column(look.S, MenuLines(m)...)))
	})
}

func TestTheAgendaWithAMenuFits(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := fed()
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		return open(d.Context(w), d, screen.To(screen.Agenda, "day", string(screentest.Thursday))).root
	})
}
