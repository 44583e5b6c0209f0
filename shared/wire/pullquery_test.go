package wire

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"parvis/shared/portal"
)

func TestAPullComesBackAsItWas(t *testing.T) {
	outbox, account := portal.NewID(), portal.NewID()
	for query, p := range map[string]Pull{
		"":                                  {},
		"number=5&outbox=" + string(outbox): {Outbox: outbox, Number: 5},
		"at=town%40412&epoch=e1&run=r1":     {Cursor: Cursor{Epoch: "e1", Run: "r1", Feeds: map[string]int64{TownFeed: 412}}},
		"at=desk%3A%C3%A9tat%2525%252C%2540+civil%400": {Cursor: Cursor{Feeds: map[string]int64{"desk:état%,@ civil": 0}}},
	} {
		if got := EncodePull(p).Encode(); got != query {
			t.Errorf("%+v is written %s, not %s", p, got, query)
		}
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got, e := DecodePull(v); e != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("%s is read as %+v: %v", query, got, e)
		}
	}
	feeds := map[string]int64{TownFeed: 1, AccountFeed(account): 2, FileFeed("regie", account): 3}
	p := Pull{Cursor: Cursor{Feeds: feeds}}
	if got, e := DecodePull(EncodePull(p)); e != nil || !reflect.DeepEqual(got, p) {
		t.Errorf("feeds came back as %+v: %v", got, e)
	}
}

func TestWhatIsAmissInAPullIsNamed(t *testing.T) {
	for query, want := range map[string]*portal.Error{
		"at=desk:regie@,town@7":                 portal.E(portal.Invalid, "at"),
		"at=town":                               portal.E(portal.Invalid, "at"),
		"at=town@x":                             portal.E(portal.Invalid, "at"),
		"at=town@-1":                            portal.E(portal.Invalid, "at"),
		"at=town@01":                            portal.E(portal.Invalid, "at"),
		"at=town@1,town@2":                      portal.E(portal.Invalid, "at"),
		"at=@1":                                 portal.E(portal.Invalid, "at"),
		"at=town@1,":                            portal.E(portal.Invalid, "at"),
		"at=%25zz@1":                            portal.E(portal.Invalid, "at"),
		"outbox=mine":                           portal.E(portal.Invalid, "outbox"),
		"number=%2B1":                           portal.E(portal.Invalid, "number"),
		"number=-1":                             portal.E(portal.Invalid, "number"),
		"epoch=a&epoch=b":                       portal.E(portal.Invalid, "epoch"),
		"wings=2":                               portal.E(portal.TooNew, "wings"),
		"number=":                               portal.E(portal.Invalid, "number"),
		"epoch=" + strings.Repeat("x", 201):     portal.E(portal.Invalid, "epoch"),
		"at=" + strings.Repeat("x", 201) + "@1": portal.E(portal.Invalid, "at"),
	} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(query, err)
		}
		if _, e := DecodePull(v); e == nil || e.Code != want.Code || e.Field != want.Field {
			t.Errorf("%s: %v, not %v", query, e, want)
		}
	}
}

func FuzzDecodePull(f *testing.F) {
	f.Add("")
	f.Add("at=town%40412&epoch=e1&run=r1&number=3")
	f.Add("at=desk%3A%2525%252C%2540%400,town@1")
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		p, e := DecodePull(v)
		if e != nil {
			if e.Code != portal.Invalid && e.Code != portal.TooNew {
				t.Fatalf("an input is told as %s", e.Code)
			}
			return
		}
		back, e := DecodePull(EncodePull(p))
		if e != nil || !reflect.DeepEqual(back, p) {
			t.Fatalf("%+v is written and read as %+v: %v", p, back, e)
		}
	})
}
