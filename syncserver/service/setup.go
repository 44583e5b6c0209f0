package service

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/appointments"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/meals"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// Setup is what a town says of its schools and activities, as its
// administrator writes it in a file. Names of sites and activities are short
// words that never change, such as "jules-ferry"; days are in English; amounts
// are euros as text, "3.20".
type Setup struct {
	Postcode   string          `json:"postcode"` // whose addresses are of the town
	Phone      string          `json:"phone,omitempty"`
	Address    string          `json:"address,omitempty"`
	Hours      string          `json:"hours,omitempty"`
	Sites      []SetupSite     `json:"sites"`
	Activities []SetupActivity `json:"activities"`
	// CashDesks is where what families owe is paid.
	CashDesks []SetupCashDesk `json:"cash_desks,omitempty"`
	// Absences is what becomes of days on which a booked child does not come and
	// of which the town hall is told too late.
	Absences *SetupAbsences `json:"absences,omitempty"`
	// Appointments is the services that receive by appointment.
	Appointments []SetupVisit `json:"appointments,omitempty"`
	// Menus is what the canteens serve: added to what is told already, or instead
	// of it for the same day and site.
	Menus []meals.Menu `json:"menus,omitempty"`
	// Openings is when days can be booked from, where that is not always.
	Openings []SetupOpening `json:"openings,omitempty"`
}

// SetupSite is a school or a centre.
type SetupSite struct {
	Key  portal.ID `json:"key"`
	Name string    `json:"name"`
	Kind string    `json:"kind"` // school or centre
}

// SetupCashDesk is a cash desk of the town. Activities that name none are paid at
// the one called "main".
type SetupCashDesk struct {
	Key  portal.ID `json:"key"`
	Name string    `json:"name"`
	// PayFiP is its client number there, six digits; without one it takes no
	// payments on line.
	PayFiP string `json:"payfip,omitempty"`
	Most   string `json:"most,omitempty"` // that may be paid at a time, "500.00" where it is not said
}

// SetupActivity is an activity with its places and its prices.
type SetupActivity struct {
	Key      portal.ID         `json:"key"`
	Kind     string            `json:"kind"` // canteen, morning, evening, study, wednesday or holidays
	Name     bookings.Names    `json:"name"`
	Places   map[portal.ID]int `json:"places"` // by site: where it is held, and for how many a day
	Weekdays []string          `json:"weekdays"`
	// Runs is empty for school days, "holidays" for the school holidays only, "all"
	// for both.
	Runs bookings.Runs `json:"runs,omitempty"`
	// Requires is the activities that must all be booked the same day, Excludes
	// those that must not be.
	Requires []portal.ID `json:"requires,omitempty"`
	Excludes []portal.ID `json:"excludes,omitempty"`
	// Provisional lets days be booked while the request that enrols a child is under
	// review.
	Provisional bool `json:"provisional,omitempty"`

	Book   SetupCutoff  `json:"book"`
	Cancel *SetupCutoff `json:"cancel,omitempty"` // as Book where it is not said
	Floor  string       `json:"floor"`            // the balance below which nothing is booked
	// Waiting is how one waits for a place on a full day; without it there is no
	// list.
	Waiting *bookings.Waiting `json:"waiting,omitempty"`
	// CashDesk is where it is paid, "main" where it is not said. What was booked
	// before another is named is given back where it was paid.
	CashDesk portal.ID     `json:"cash_desk,omitempty"`
	Tariffs  []SetupTariff `json:"tariffs"`
}

// SetupCutoff says until when a day may be booked or cancelled.
type SetupCutoff struct {
	Days    int  `json:"days,omitempty"`    // before the day
	Working bool `json:"working,omitempty"` // counting working days only
	// Holidays leaves the school holidays out of the count, Except some days of the
	// week: the first day back is then to be booked before the holidays.
	Holidays bool     `json:"holidays,omitempty"`
	Except   []string `json:"except,omitempty"`
	Weekly   string   `json:"weekly,omitempty"` // or: that weekday of the week before
	At       string   `json:"at"`               // "10:00"; "23:59" is the whole day
}

// SetupTariff is the prices from a day on.
type SetupTariff struct {
	From     portal.Date `json:"from"`
	Decision string      `json:"decision"` // of the council
	Outside  string      `json:"outside"`  // for families from outside the town
	Bands    []SetupBand `json:"bands"`    // rising; the last one has no end; none where there is a rate
	// Rate is the price as a part of the quotient, within bounds.
	Rate *SetupRate `json:"rate,omitempty"`
	// Siblings is what brothers and sisters pay by their rank.
	Siblings *SetupSiblings `json:"siblings,omitempty"`
	// Meal is what of the price is a meal, which the certificate for the tax office
	// leaves out. It is kept with what is booked from then on.
	Meal *SetupMeal `json:"meal,omitempty"`
}

// SetupRate is a part of the quotient in per cent ("0.45"), and its bounds.
type SetupRate struct {
	Percent string `json:"percent"`
	Least   string `json:"least"`
	Most    string `json:"most"`
}

// SetupSiblings is which children count, and what the first, the second and so
// on pay of the price, in per cent.
type SetupSiblings struct {
	Count  ledger.Counting `json:"count"`
	Shares []int           `json:"shares"`
}

// SetupBand is the price up to a family quotient.
type SetupBand struct {
	To    int    `json:"to,omitempty"`
	Price string `json:"price"`
}

// ReadSetup reads a file. A field it does not know is a mistake: it would be
// a setting that nobody obeys.
func ReadSetup(r io.Reader) (Setup, error) {
	var s Setup
	raw, err := io.ReadAll(io.LimitReader(r, 4<<20))
	if err != nil {
		return s, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		offset := int64(-1)
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			offset = e.Offset
		} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			offset = e.Offset
		}
		if offset < 0 {
			return s, err
		}
		return s, fmt.Errorf("line %d: %w", 1+bytes.Count(raw[:min(offset, int64(len(raw)))], []byte("\n")), err)
	}
	if d.More() {
		return s, errors.New("something follows after the end")
	}
	return s, nil
}

var (
	setupKey = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)
	postcode = regexp.MustCompile(`^\d{5}$`)
	client   = regexp.MustCompile(`^\d{6}$`)
	euros    = regexp.MustCompile(`^(-?)(\d{1,6})(?:\.(\d{2}))?$`)
)

var weekdays = map[string]time.Weekday{
	"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday, "friday": time.Friday,
	"saturday": time.Saturday, "sunday": time.Sunday,
}

// checker collects every mistake of a file with its place.
type checker struct{ wrong []error }

func (c *checker) say(ok bool, where, right string, args ...any) bool {
	if !ok {
		c.wrong = append(c.wrong, fmt.Errorf("%s: %s", where, fmt.Sprintf(right, args...)))
	}
	return ok
}

func (c *checker) euros(where, text string) portal.Money {
	m := euros.FindStringSubmatch(text)
	if !c.say(m != nil, where, "%q is not an amount in euros such as 3.20", text) {
		return 0
	}
	whole, _ := strconv.Atoi(m[2]) // digits only, and few
	cents, _ := strconv.Atoi(m[3])
	amount := portal.Money(100*whole + cents)
	if m[1] == "-" {
		amount = -amount
	}
	return amount
}

func (c *checker) cutoff(where string, s SetupCutoff) bookings.Cutoff {
	var out bookings.Cutoff
	at, err := time.Parse("15:04", s.At)
	c.say(err == nil, where+".at", "%q is not a time such as 10:00", s.At)
	out.Hour, out.Minute = at.Hour(), at.Minute()
	if s.Weekly != "" {
		day, known := weekdays[s.Weekly]
		c.say(known, where+".weekly", "%q is not a day; one of %s is", s.Weekly, list(slices.Sorted(maps.Keys(weekdays))))
		c.say(s.Days == 0 && !s.Working && !s.Holidays && len(s.Except) == 0, where, "weekly stands alone, without days and what is left out")
		out.Weekly = &day
		return out
	}
	c.say(s.Days >= 1 && s.Days <= 60, where+".days", "from 1 to 60 days before; %d is not", s.Days)
	out.Days, out.Working, out.Holidays = s.Days, s.Working, s.Holidays
	for _, name := range s.Except {
		day, known := weekdays[name]
		c.say(known, where+".except", "%q is not a day; one of %s is", name, list(slices.Sorted(maps.Keys(weekdays))))
		out.Except = append(out.Except, day)
	}
	c.say(len(s.Except) < 4, where+".except", "a day of the week must be left to count")
	return out
}

// setUp is what a setup makes, ready to be written.
type setUp struct {
	contact    wire.Town
	sites      []bookings.Site
	activities []activity
	places     map[portal.ID]map[portal.ID]int
	tariffs    []ledger.Tariff
	desks      []cashDesk
	visits     []appointments.Service
	menus      []meals.Menu
	absences   *bookings.AbsenceRule
	openings   []bookings.Opening
}

// read checks everything and collects all mistakes.
func (s Setup) read() (setUp, error) {
	c := &checker{}
	out := setUp{places: map[portal.ID]map[portal.ID]int{}}
	out.contact = wire.Town{Postcode: s.Postcode, Phone: s.Phone, Address: s.Address, Hours: s.Hours}
	c.say(postcode.MatchString(s.Postcode), "postcode", "five digits are needed; %q is not", s.Postcode)
	c.say(len(s.Sites) > 0, "sites", "a school is needed at least")
	known := map[portal.ID]bool{}
	key := func(where string, k portal.ID) {
		c.say(setupKey.MatchString(string(k)), where+".key", "%q is not a short name of small letters, digits and hyphens", k)
		c.say(!known[k], where+".key", "%q stands for something else already", k)
		known[k] = true
	}
	sites := map[portal.ID]bool{}
	for i, site := range s.Sites {
		where := fmt.Sprintf("sites[%d]", i)
		key(where, site.Key)
		c.say(strings.TrimSpace(site.Name) != "", where+".name", "is missing")
		c.say(site.Kind == "school" || site.Kind == "centre", where+".kind", "school or centre; %q is neither", site.Kind)
		sites[site.Key] = true
		out.sites = append(out.sites, bookings.Site{ID: site.Key, Name: site.Name, Kind: site.Kind})
	}
	for i, a := range s.Activities {
		where := fmt.Sprintf("activities[%d]", i)
		key(where, a.Key)
		c.say(a.CashDesk == "" || a.CashDesk == CashDesk || slices.ContainsFunc(s.CashDesks, func(d SetupCashDesk) bool { return d.Key == a.CashDesk }), where+".cash_desk",
			"there is no cash desk %q", a.CashDesk)
		out.activities = append(out.activities, a.read(c, where, sites))
		out.places[a.Key] = a.Places
		out.tariffs = append(out.tariffs, a.tariffs(c, where)...)
	}
	links(c, out.activities)
	for i, d := range s.CashDesks {
		where := fmt.Sprintf("cash_desks[%d]", i)
		key(where, d.Key)
		out.desks = append(out.desks, d.read(c, where))
	}
	c.say(len(s.CashDesks) == 0 || slices.ContainsFunc(s.CashDesks, func(d SetupCashDesk) bool { return d.Key == CashDesk }), "cash_desks",
		"one is called %q, where activities are paid that name none", CashDesk)
	for i, v := range s.Appointments {
		where := fmt.Sprintf("appointments[%d]", i)
		key(where, v.Key)
		out.visits = append(out.visits, v.read(c, where))
	}
	out.absences = s.Absences.read(c)
	out.menus = menusOf(c, s.Menus, sites)
	for i, o := range s.Openings {
		where := fmt.Sprintf("openings[%d]", i)
		key(where, o.Key)
		out.openings = append(out.openings, o.read(c, where, out.activities))
	}
	overlaps(c, out.openings)
	return out, errors.Join(c.wrong...)
}

func (d SetupCashDesk) read(c *checker, where string) cashDesk {
	out := cashDesk{wire.CashDesk{Key: string(d.Key), Name: d.Name, Online: d.PayFiP != "", Least: payments.Least, Most: payments.UsualMost}, d.PayFiP}
	c.say(strings.TrimSpace(d.Name) != "", where+".name", "is missing")
	c.say(d.PayFiP == "" || client.MatchString(d.PayFiP), where+".payfip", "%q is not a client number of six digits", d.PayFiP)
	if d.Most != "" {
		out.Most = c.euros(where+".most", d.Most)
		c.say(out.Most >= payments.Least && out.Most <= payments.PayFiPMax, where+".most", "from %s to %s; %q is not", payments.Least.Decimal(), payments.PayFiPMax.Decimal(), d.Most)
	}
	return out
}

func (a SetupActivity) read(c *checker, where string, sites map[portal.ID]bool) activity {
	out := activity{ID: a.Key, Kind: a.Kind, Name: a.Name, Desk: string(accounts.Childhood), CashDesk: string(cmp.Or(a.CashDesk, CashDesk)), Runs: a.Runs, Requires: a.Requires, Excludes: a.Excludes, Provisional: a.Provisional}
	c.say(slices.Contains(bookings.Kinds, a.Kind), where+".kind", "one of %s; %q is not", list(bookings.Kinds), a.Kind)
	runs := []bookings.Runs{bookings.SchoolDays, bookings.HolidayDays, bookings.AllDays}
	c.say(slices.Contains(runs, a.Runs), where+".runs", "one of %s; %q is not", list(runs[1:]), a.Runs)
	for _, lang := range []string{"fr", "en"} {
		c.say(strings.TrimSpace(a.Name[lang]) != "", where+".name."+lang, "is missing")
	}
	c.say(len(a.Places) > 0, where+".places", "a site with its places is needed at least")
	for _, site := range slices.Sorted(maps.Keys(a.Places)) {
		c.say(sites[site], where+".places", "there is no site %q", site)
		c.say(a.Places[site] >= 0 && a.Places[site] <= 100_000, where+".places."+string(site), "from 0 to 100000; %d is not", a.Places[site])
		out.Sites = append(out.Sites, site)
	}
	c.say(len(a.Weekdays) > 0, where+".weekdays", "a day is needed at least")
	for _, name := range a.Weekdays {
		day, known := weekdays[name]
		c.say(known, where+".weekdays", "%q is not a day; one of %s is", name, list(slices.Sorted(maps.Keys(weekdays))))
		out.Weekdays = append(out.Weekdays, day)
	}
	out.Book = c.cutoff(where+".book", a.Book)
	out.Cancel = out.Book
	if a.Cancel != nil {
		out.Cancel = c.cutoff(where+".cancel", *a.Cancel)
	}
	out.Floor = c.euros(where+".floor", a.Floor)
	if a.Waiting != nil {
		out.Waiting = a.Waiting
		c.say(a.Waiting.Hours >= 1 && a.Waiting.Hours <= bookings.MostWaitingHours, where+".waiting.hours", "a free place is kept from 1 to %d hours", bookings.MostWaitingHours)
	}
	return out
}

func (a SetupActivity) tariffs(c *checker, where string) (out []ledger.Tariff) {
	c.say(len(a.Tariffs) > 0, where+".tariffs", "without a price nothing can be booked")
	for i, t := range a.Tariffs {
		where := fmt.Sprintf("%s.tariffs[%d]", where, i)
		c.say(t.From.Valid(), where+".from", "%q is not a day such as 2026-09-01", t.From)
		c.say(i == 0 || a.Tariffs[i-1].From < t.From, where+".from", "tariffs follow each other in time")
		c.say(strings.TrimSpace(t.Decision) != "", where+".decision", "is missing; families may ask why a price is what it is")
		tariff := ledger.Tariff{
			ID: portal.ID(string(a.Key) + "-" + string(t.From)), Activity: a.Key, From: t.From, Outside: c.euros(where+".outside", t.Outside), Decision: t.Decision,
		}
		c.say(len(t.Bands) > 0 || t.Rate != nil, where+".bands", "a price is needed at least")
		c.say(len(t.Bands) == 0 || t.Rate == nil, where+".rate", "a price goes by bands or by a rate, not by both")
		tariff.Rate, tariff.Siblings, tariff.Meal = t.Rate.read(c, where+".rate"), t.Siblings.read(c, where+".siblings"), t.Meal.read(c, where+".meal")
		c.say(t.Meal == nil || bookings.Care(a.Kind), where+".meal", "all of this price is a meal")
		from := 0
		for j, b := range t.Bands {
			band := ledger.Band{From: from, Price: c.euros(fmt.Sprintf("%s.bands[%d].price", where, j), b.Price)}
			last := j == len(t.Bands)-1
			switch {
			case last:
				c.say(b.To == 0, fmt.Sprintf("%s.bands[%d].to", where, j), "the last band has no end")
			case c.say(b.To >= from, fmt.Sprintf("%s.bands[%d].to", where, j), "bands rise; %d is not above the one before", b.To):
				to := b.To
				band.To = &to
				from = b.To + 1
			}
			tariff.Bands = append(tariff.Bands, band)
		}
		out = append(out, tariff)
	}
	return out
}

// read is the rate; per cent with two digits are ten-thousandths.
func (r *SetupRate) read(c *checker, where string) *ledger.Rate {
	if r == nil {
		return nil
	}
	out := &ledger.Rate{Part: int(c.euros(where+".percent", r.Percent)), Least: c.euros(where+".least", r.Least), Most: c.euros(where+".most", r.Most)}
	c.say(out.Part > 0 && out.Part <= 10000, where+".percent", "%q is not a part of the quotient such as 0.45", r.Percent)
	c.say(out.Least >= 0 && out.Least <= out.Most, where+".most", "%q is below the least price", r.Most)
	return out
}

func (s *SetupSiblings) read(c *checker, where string) *ledger.Siblings {
	if s == nil {
		return nil
	}
	c.say(s.Count == ledger.CountEnrolled || s.Count == ledger.CountPresent, where+".count", "%q is neither enrolled nor present", s.Count)
	c.say(len(s.Shares) > 0, where+".shares", "what the first child pays is missing")
	for i, share := range s.Shares {
		c.say(share >= 0 && share <= 100, fmt.Sprintf("%s.shares[%d]", where, i), "%d is not between 0 and 100", share)
		c.say(i == 0 || share <= s.Shares[i-1], fmt.Sprintf("%s.shares[%d]", where, i), "a later child pays no more than the one before")
	}
	return &ledger.Siblings{Count: s.Count, Shares: s.Shares}
}

// Check tells all that is wrong with a setup.
func (s Setup) Check() error {
	_, err := s.read()
	return err
}

// SetUp writes what a setup says, or tells all that is wrong with it. What the
// town has and the file does not name stays: bookings and children may speak of
// it.
func (s *Service) SetUp(tx *store.Tx, setup Setup) error {
	read, err := setup.read()
	if err != nil {
		return err
	}
	id, _, err := tx.Meta(store.MetaTown)
	if err != nil {
		return err
	}
	var town wire.Town
	if found, err := tx.Fact(wire.Towns, portal.ID(id), &town); err != nil || !found {
		return errors.Join(err, errors.New("the town has no name yet: start the server once"))
	}
	town.Postcode, town.Phone, town.Address, town.Hours = read.contact.Postcode, read.contact.Phone, read.contact.Address, read.contact.Hours
	put := func(collection string, id portal.ID, body any) {
		if err == nil {
			err = tx.PutFact(collection, id, body)
		}
	}
	put(wire.Towns, town.ID, town)
	for _, site := range read.sites {
		put(wire.Sites, site.ID, site)
	}
	for _, a := range read.activities {
		if err == nil {
			a.Linked, err = linkedSince(tx, a)
		}
		put(wire.Activities, a.ID, a)
		for _, site := range a.Sites {
			if err == nil {
				err = tx.SetCapacity(a.ID, site, read.places[a.ID][site])
			}
		}
	}
	for _, d := range read.desks {
		put(wire.CashDesks, portal.ID(d.Key), d)
	}
	if err != nil {
		return err
	}
	// What has become free by new figures is for those who wait.
	free, err := tx.QueuesWithPlaces(waitsARound)
	if err == nil {
		err = s.offerPlaces(tx, free)
	}
	for _, v := range read.visits {
		put(wire.AppointmentServices, v.ID, v)
	}
	for _, t := range read.tariffs {
		put(wire.Tariffs, t.ID, t)
	}
	if read.absences != nil {
		put(wire.AbsenceRules, wire.AbsenceRuleKey, *read.absences)
	}
	for _, o := range read.openings {
		if err == nil {
			err = setUpOpening(tx, o)
		}
	}
	for _, m := range read.menus {
		put(wire.Menus, meals.Key(m.Site, m.Day), m)
	}
	return err
}

// SetUpCashDesks writes the cash desks of a setup alone.
func SetUpCashDesks(tx *store.Tx, setup Setup) error {
	read, err := setup.read()
	for _, d := range read.desks {
		if err == nil {
			err = tx.PutFact(wire.CashDesks, portal.ID(d.Key), d)
		}
	}
	return err
}
