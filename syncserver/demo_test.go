package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"parvis/shared/wire"
	"parvis/syncserver/store/storetest"
)

// What only a demonstration tells does not exist on a server in earnest: the
// real program is asked.
func TestServeShowsNoMails(t *testing.T) {
	p := newProcess(t, storetest.SQLite(t))
	p.start()
	p.ready()
	get := func(path string) (int, []byte) {
		t.Helper()
		answer, err := http.Get(p.url() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, body
	}
	for _, path := range []string{wire.RouteDemoMails, wire.PageDemoMail} {
		if status, body := get(path); status != http.StatusNotFound {
			t.Errorf("%s answers %d: %s", path, status, body)
		}
	}
	status, body := get(wire.RouteOpenAPI)
	if status != http.StatusOK || strings.Contains(string(body), wire.RouteDemoMails) {
		t.Errorf("the description (%d) tells of the demonstration's mails", status)
	}
	var town wire.TownInfo
	if _, body := get(wire.RouteTown); json.Unmarshal(body, &town) != nil || town.Name == "" || town.Demo != nil {
		t.Errorf("the town tells %s", body)
	}
	p.stop()
}
