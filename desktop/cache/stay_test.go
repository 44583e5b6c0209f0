package cache

import (
	"os"
	"strings"
	"testing"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestWhoChoseItStaysSignedIn(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	v := vaultIn(t, dir, ring)
	if !v.MayStay() {
		t.Fatal("there is a keyring")
	}
	c := online(t, v, anne, "anne")
	ids := enqueue(t, c, 1)
	if err := v.Stay(town, anne, []byte("the token")); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()

	// The next start of the program.
	v = vaultIn(t, dir, ring)
	c, who, session, err := v.Stayed(town)
	if err != nil || who.Account != anne || string(session) != "the token" {
		t.Fatalf("%+v %q %v", who, session, err)
	}
	if s := load(t, c); len(s.Outbox) != 1 || s.Outbox[0].ID != ids[0] {
		t.Fatalf("%+v", s)
	}
	_ = c.Close()
	if _, _, _, err := v.Stayed("other town"); portal.CodeOf(err) != portal.NotFound {
		t.Fatalf("in another town: %v", err)
	}
	// Somebody else who stays takes their place.
	other := online(t, v, bruno, "bruno")
	if err := v.Stay(town, bruno, []byte("another")); err != nil {
		t.Fatal(err)
	}
	_ = other.Close()
	c, who, _, err = v.Stayed(town)
	if err != nil || who.Account != bruno {
		t.Fatalf("%+v %v", who, err)
	}
	_ = c.Close()
	// Who left does not stay, nor who signs in without choosing it.
	if err := v.Leave(town); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := v.Stayed(town); portal.CodeOf(err) != portal.NotFound {
		t.Fatalf("after leaving: %v", err)
	}
	c = online(t, v, anne, "anne")
	if err := v.Stay(town, anne, []byte("the token")); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	_ = online(t, v, anne, "anne").Close()
	if _, _, _, err := v.Stayed(town); portal.CodeOf(err) != portal.NotFound {
		t.Fatalf("after signing in without: %v", err)
	}
}

func TestNobodyStaysWithoutAKeyringNorAnAgent(t *testing.T) {
	v := vaultIn(t, t.TempDir(), nil)
	c := online(t, v, anne, "anne")
	defer c.Close()
	if v.MayStay() {
		t.Error("the secret is a file, and somebody may stay")
	}
	if err := v.Stay(town, anne, []byte("the token")); portal.CodeOf(err) != portal.Unavailable {
		t.Errorf("without a keyring: %v", err)
	}
	v = vaultIn(t, t.TempDir(), ringOf{})
	agent, err := v.OpenOnline(town, bruno, "bruno", "Bruno", "p", share, wire.Agent)
	if err != nil {
		t.Fatal(err)
	}
	defer agent.Close()
	if err := v.Stay(town, bruno, []byte("the token")); portal.CodeOf(err) != portal.Forbidden {
		t.Errorf("an agent: %v", err)
	}
}

// What stays is of no use to whoever has the folder and not the keyring, and
// the token is not to be read in it.
func TestAStolenFolderDoesNotStay(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	v := vaultIn(t, dir, ring)
	c := online(t, v, anne, "anne")
	if err := v.Stay(town, anne, []byte("THE-TOKEN-ITSELF")); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	for _, f := range filesIn(dir, "", "") {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "THE-TOKEN") {
			t.Errorf("%s tells the token", f)
		}
	}
	if _, _, _, err := vaultIn(t, dir, ringOf{}).Stayed(town); portal.CodeOf(err) != portal.NotFound {
		t.Errorf("with another keyring: %v", err)
	}
}
