package view

import (
	"encoding/json"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// A move that waits has the price of what is booked after it, and not of what
// was booked before.
func TestAMoveThatWaits(t *testing.T) {
	d := open(t)
	address := func(postcode string) json.RawMessage {
		raw, err := json.Marshal(accounts.Address{Line1: "4 rue des Tilleuls", Postcode: postcode, City: "Saint-Aubin", Country: accounts.France})
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	account := func(postcode string, resident bool) wire.Change {
		return d.row(mine, wire.Accounts, me, wire.Account{ID: me, FirstName: "Anne", LastName: "Roy", Address: address(postcode), Mobile: "+33639980101", Payer: &ledger.Payer{Resident: resident}})
	}
	d.get(d.row(town, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin", Postcode: "51999"}), account("51999", true))
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{wire.Accounts, ""})
	d.Subscribe(func(Notice) { told += 10 }, Topic{wire.Bookings, lea})
	book := func(id portal.ID, day portal.Date) {
		d.do(wire.BookingBook, wire.Book{Booking: id, Child: lea, Activity: canteen, Day: day})
	}
	book("before", "2026-11-26")
	d.drain()
	told = 0
	d.do(wire.AccountAddress, wire.ChangeAddress{Line1: " 2 rue de la Gare", Postcode: "51 000", City: "Reims"})
	d.drain()
	if told != 11 {
		t.Errorf("told %d", told)
	}
	book("after", "2026-11-27")
	a, _ := d.Me()
	if a.Payer.Resident || !d.Changing(wire.AccountAddress) || d.Changing(wire.AccountPhones) || string(a.Address) != `{"line1":"2 rue de la Gare","postcode":"51000","city":"Reims","country":"France"}` {
		t.Errorf("%s %+v", a.Address, a.Payer)
	}
	d.wantBalance(2000, 2000-320-560)
	d.want("2026-11-30", "bookable can-book 5.60 5.60")

	// It comes back; what the town hall says stands.
	d.decided(account("51000", false), d.row(mine, wire.Bookings, "before", booking("before", "2026-11-26")))
	if a, _ := d.Me(); a.Payer.Resident || d.Changing(wire.AccountAddress) {
		t.Errorf("%+v", a)
	}
	d.do(wire.AccountAddress, wire.ChangeAddress{Line1: "3 rue de la Gare", Postcode: "51000", City: "Reims", Country: "France"})
	d.do(wire.AccountAddress, wire.ChangeAddress{Line1: "4 rue", Postcode: "51999", City: "Saint-Aubin", Country: "France"})
	if a, _ := d.Me(); !a.Payer.Resident {
		t.Error("back in the town, and no resident")
	}
	wrong := d.do(wire.AccountAddress, wire.ChangeAddress{Line1: "5 rue", Postcode: "5", City: "Reims"})
	if doubts := d.Doubts(); len(doubts) != 1 || doubts[0].ID != wrong || doubts[0].Reason.Code != accounts.BadPostcode {
		t.Errorf("the doubts are %+v", doubts)
	}
}

func TestPhonesAndLanguageThatWait(t *testing.T) {
	d := open(t)
	d.do(wire.AccountPhones, wire.ChangePhones{Mobile: "06 39 98 01 55", Phone: "03 26 00 00 01"})
	d.do(wire.AccountLanguage, wire.ChangeLanguage{Language: "en"})
	if a, _ := d.Me(); a.Mobile != "+33639980155" || a.Phone != "+33326000001" || a.Language != "en" || !d.Changing(wire.AccountPhones) || !d.Changing(wire.AccountLanguage) {
		t.Errorf("%+v", a)
	}
	d.outbox = nil
	d.get()
	if a, _ := d.Me(); a.Mobile != "" || a.Language != "" || d.Changing(wire.AccountPhones) {
		t.Errorf("taken back: %+v", a)
	}
}
