package service

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

func TestArgon2HasTheParametersOfItsKind(t *testing.T) {
	ctx := context.Background()
	h := NewArgon2Of(1)
	for kind, want := range map[accounts.Kind]string{accounts.Family: "$argon2id$v=19$m=47104,t=1,p=1$", accounts.Staff: "$argon2id$v=19$m=65536,t=3,p=1$"} {
		phc, err := h.Hash(ctx, kind, "girafe-en-velo-matin")
		if err != nil || !strings.HasPrefix(phc, want) {
			t.Fatalf("%s: %s, %v", kind, phc, err)
		}
		again, err := h.Hash(ctx, kind, "girafe-en-velo-matin")
		if err != nil || again == phc {
			t.Fatalf("%s: no salt of its own: %v", kind, err)
		}
		if ok, old, err := h.Verify(ctx, kind, "girafe-en-velo-matin", phc); !ok || old || err != nil {
			t.Fatalf("%s: the right one: %v %v %v", kind, ok, old, err)
		}
		if ok, _, err := h.Verify(ctx, kind, "girafe-en-velo-mating", phc); ok || err != nil {
			t.Fatalf("%s: a wrong one: %v %v", kind, ok, err)
		}
	}
	// Nobody's hash costs what a family's does and fits no password.
	if ok, _, err := h.Verify(ctx, accounts.Family, "", nobody); ok || err != nil || !strings.HasPrefix(nobody, "$argon2id$v=19$m=47104,t=1,p=1$") {
		t.Fatalf("nobody: %v %v", ok, err)
	}
	for _, bad := range []string{"", "x", "$argon2i$v=19$m=1,t=1,p=1$AA$AA", "$argon2id$v=19$m=x$AA$AA", "$argon2id$v=19$m=8,t=1,p=1$*$AA"} {
		if ok, _, err := h.Verify(ctx, accounts.Family, "x", bad); ok || err == nil {
			t.Errorf("%q is read as a hash", bad)
		}
	}
}

// A password kept with other parameters than today's still opens, and is said
// to be old, but only to whoever knows it.
func TestAnOlderHashIsToBeMadeAnew(t *testing.T) {
	salt := []byte("sel-de-l-an-passe")
	key := argon2.IDKey([]byte("girafe-en-velo-matin"), salt, 2, 8<<10, 1, 32)
	phc := fmt.Sprintf("$argon2id$v=19$m=8192,t=2,p=1$%s$%s", base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
	h := NewArgon2Of(1)
	for password, want := range map[string]bool{"girafe-en-velo-matin": true, "girafe-en-velo-soir": false} {
		if ok, old, err := h.Verify(context.Background(), accounts.Family, password, phc); ok != want || old != want || err != nil {
			t.Errorf("%s: %v %v %v", password, ok, old, err)
		}
	}
}

func TestALongQueueOfPasswordsIsToldToWait(t *testing.T) {
	h := &Argon2{turns: make(chan struct{}, 1), queue: make(chan struct{}, 2)}
	h.queue <- struct{}{}
	h.queue <- struct{}{}
	if _, err := h.Hash(context.Background(), accounts.Family, "x"); portal.CodeOf(err) != portal.Unavailable {
		t.Fatalf("a full queue: %v", err)
	}
	<-h.queue
	h.turns <- struct{}{}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.Hash(ctx, accounts.Family, "x"); err == nil {
		t.Fatal("who has left still waits")
	}
	if len(h.queue) != 1 {
		t.Fatal("who has left keeps their place")
	}
}
