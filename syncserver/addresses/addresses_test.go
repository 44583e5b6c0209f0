package addresses

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parvis/shared/accounts"
)

// town stands for the national service: it answers as that does, and refuses
// what that refuses.
func town(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path != "/geocodage/search" || len(q.Get("q")) < 3 || q.Get("limit") == "" {
			http.Error(w, `{"code":400,"message":"q: must contain between 3 and 200 chars"}`, http.StatusBadRequest)
			return
		}
		switch {
		case strings.HasPrefix(q.Get("q"), "ailleurs"):
			http.Redirect(w, r, "/autre", http.StatusFound)
		case strings.HasPrefix(q.Get("q"), "page"):
			_, _ = w.Write([]byte("<html>"))
		case strings.HasPrefix(q.Get("q"), "long"):
			_, _ = w.Write([]byte(`{"features":[` + strings.Repeat(" ", mostRead) + `]}`))
		default:
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"type":"FeatureCollection","features":[
				{"type":"Feature","geometry":{"type":"Point","coordinates":[4.0,49.2]},"properties":{"label":"4 Rue des Tilleuls 51999 Saint-Aubin-sur-Vesle","score":0.9,"housenumber":"4","name":"4 Rue des Tilleuls","street":"Rue des Tilleuls","postcode":"51999","citycode":"51998","city":"Saint-Aubin-sur-Vesle","type":"housenumber"}},
				{"type":"Feature","geometry":{"type":"Point","coordinates":[4.0,49.2]},"properties":{"label":"Rue des Tilleuls 51999 Saint-Aubin-sur-Vesle","name":"Rue des Tilleuls","postcode":"51999","city":"Saint-Aubin-sur-Vesle","type":"street"}}]}`))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestSearch(t *testing.T) {
	at := town(t)
	s, err := New(at.URL + "/geocodage/")
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Search(context.Background(), "4 rue des Til & co", 5)
	want := accounts.Address{Line1: "4 Rue des Tilleuls", Postcode: "51999", City: "Saint-Aubin-sur-Vesle", Country: accounts.France}
	if err != nil || len(got) != 2 || got[0] != want || got[1].Line1 != "Rue des Tilleuls" {
		t.Errorf("%+v %v", got, err)
	}
	for _, text := range []string{"ab", "ailleurs", "page", "long"} {
		if got, err := s.Search(context.Background(), text, 5); err == nil {
			t.Errorf("%s: %+v", text, got)
		} else if strings.Contains(err.Error(), text+"&") || strings.Contains(err.Error(), at.URL) {
			t.Errorf("%s: the error tells what was asked: %v", text, err)
		}
	}
	at.Close()
	if _, err := s.Search(context.Background(), "4 rue des Til", 5); err == nil || strings.Contains(err.Error(), "Til") || strings.Contains(err.Error(), "rue") {
		t.Errorf("no service: %v", err)
	}
}

func TestWhatIsNoAddressOfAService(t *testing.T) {
	for _, base := range []string{"", "data.geopf.fr", "ftp://data.geopf.fr", "https://", "://"} {
		if _, err := New(base); err == nil {
			t.Errorf("%q passes", base)
		}
	}
}
