package host_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// Two agents on two server processes see each other at the same request.
func TestPresenceBetweenTwoProcesses(t *testing.T) {
	if os.Getenv(storetest.Variable) == "" {
		t.Skip(storetest.Variable + " is not set: there is only one process")
	}
	dsn := storetest.Postgres(t)
	one, two := hosttest.New(t, dsn), hosttest.New(t, dsn)
	roy, petit := watch(t, "Roy", one.SignIn("sylvie.roy")), watch(t, "Petit", two.SignIn("marc.petit"))
	request := one.Waiting(one.SignIn("claire.martel").Session.Account.ID)
	look := func(s *screen, at portal.ID) {
		t.Helper()
		if err := s.live.Presence(at); err != nil {
			t.Fatal(err)
		}
	}
	sees := func(s *screen, names ...string) time.Duration {
		t.Helper()
		began := time.Now()
		s.until(func(f wire.Frame) bool {
			return f.Type == wire.FramePresence && f.Request == request && slices.Equal(f.Names, names)
		})
		return time.Since(began)
	}
	look(roy, request)
	sees(roy)
	look(petit, request)
	for name, took := range map[string]time.Duration{"Petit": sees(petit, "Sylvie Roy"), "Roy": sees(roy, "Marc Petit")} {
		if t.Logf("%s sees the other after %s", name, took); took > time.Second {
			t.Errorf("%s sees the other after %s", name, took)
		}
	}
	look(petit, "")
	if took := sees(roy); took > time.Second {
		t.Errorf("that one looks away is seen after %s", took)
	}
	look(petit, request)
	sees(petit, "Sylvie Roy")
	sees(roy, "Marc Petit")
	petit.live.(interface{ Close() }).Close()
	if took := sees(roy); took > time.Second {
		t.Errorf("that one leaves is seen after %s", took)
	}
	// Of a process that dies nothing more is heard.
	died, err := json.Marshal(map[string]any{"process": portal.NewID(), "number": 1, "account": portal.NewID(), "name": "Hélène Garnier", "request": request})
	if err != nil {
		t.Fatal(err)
	}
	two.Store.Whisper(string(died))
	sees(roy, "Hélène Garnier")
	one.Clock.Add(20 * time.Second)
	look(roy, request)
	one.Clock.Add(11 * time.Second)
	sees(roy)
}
