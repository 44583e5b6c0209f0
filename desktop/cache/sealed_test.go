package cache

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// planted are words of an invented family, of which nothing may be found on
// the disk; the ids and names that the program itself uses are among them.
var planted = []string{
	"Wilhelmine", "Quarantotti", "Zéphyrine", "arachides et kiwi", "12 impasse des Cigognes",
	"w.quarantotti", "+33 6 39 98 00 00", "Dr Ravonison", "un mot de passe de famille",
	string(anne), string(town), "account:" + string(anne), "booking", "request.submit", "brouillon", "jeton-de-revocation",
}

// disguises are the ways a word might lie in a file.
func disguises(word string) map[string][]byte {
	u := utf16.Encode([]rune(word))
	var le, be []byte
	for _, r := range u {
		le = binary.LittleEndian.AppendUint16(le, r)
		be = binary.BigEndian.AppendUint16(be, r)
	}
	escaped, _ := json.Marshal(word)
	d := map[string][]byte{
		"plain": []byte(word), "UTF-16 LE": le, "UTF-16 BE": be,
		"hex": []byte(hex.EncodeToString([]byte(word))), "escaped": bytes.Trim(escaped, `"`),
		"upper": []byte(strings.ToUpper(word)), "lower": []byte(strings.ToLower(word)),
	}
	// Base64 within a longer text begins at one of three places; the edges,
	// which depend on the neighbours, are left out.
	for shift := range 3 {
		s := base64.StdEncoding.EncodeToString(append(make([]byte, shift), word...))
		from, to := (shift*8+5)/6, len(s)-4
		if from < to-5 {
			d[fmt.Sprint("base64 at ", shift)] = []byte(s[from:to])
		}
	}
	return d
}

func searchFor(t *testing.T, dir string, words []string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, w := range words {
			for how, disguise := range disguises(w) {
				if bytes.Contains(raw, disguise) || strings.Contains(path, string(disguise)) {
					t.Errorf("%q is in %s (%s)", w, filepath.Ext(path), how)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestNothingOfAFamilyCanBeReadOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	v := vaultIn(t, dir, ringOf{})
	secretly := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	secretly(v.SaveSettings(Settings{Server: "https://parvis.example", Language: "fr"}))
	secretly(v.PutSecret("registration "+planted[1], []byte(strings.Join(planted, " "))))
	secretly(v.PutSecret("revoke", []byte("jeton-de-revocation")))
	c, err := v.OpenOnline(town, anne, "w.quarantotti", "Wilhelmine Quarantotti", "un mot de passe de famille", share, wire.Family)
	secretly(err)
	feed := wire.AccountFeed(anne)
	p := Pulled{Cursor: cursor(map[string]int64{feed: 300}), At: noon}
	for i := range 300 {
		p.Changes = append(p.Changes, row(feed, wire.Bookings, portal.ID(fmt.Sprint("booking", i)), int64(i+1), planted[i%len(planted)]+" "+strings.Join(planted, ", ")))
	}
	pull(t, c, p)
	for i, w := range planted {
		_, err := c.Enqueue(portal.ID(fmt.Sprint("request.submit", i)), []byte(`{"type":"request.submit","args":"`+w+`"}`), Note{Key: w, Args: map[string]string{w: w}}, noon)
		secretly(err)
		secretly(c.Put("brouillon", w, []byte(strings.Repeat(w, 900)))) // over several pages
	}
	all, err := c.Number([]portal.ID{"request.submit0", "request.submit1"})
	secretly(err)
	p.Outbox, p.Mark = c.OutboxID(), 2
	p.Verdicts = []wire.Verdict{{Command: all[0].ID, Number: 1, Error: portal.E("full", planted[0])}, {Command: all[1].ID, Number: 2, Accepted: true}}
	pull(t, c, p)
	secretly(c.Delete("brouillon", planted[3]))
	_, _, err = v.OpenOffline(town, "w.quarantotti", "wrong", noon)
	if err == nil {
		t.Fatal("a wrong password opens")
	}
	if wal, err := os.Stat(v.cachePath(town, anne) + "-wal"); err != nil || wal.Size() == 0 {
		t.Fatalf("there is no log to search: %v", err)
	}
	open := searchFor(t, dir, planted)
	secretly(c.Close())
	if closed := searchFor(t, dir, planted); open < 6 || closed < 5 {
		t.Fatalf("only %d and %d files were searched", open, closed)
	}
}

// The search itself must find what is there.
func TestTheSearchFinds(t *testing.T) {
	for how, disguise := range disguises("Zéphyrine Quarantotti") {
		found := false
		for _, before := range []string{"", "a", "ab"} {
			s := before + "Zéphyrine Quarantotti" + "xyz"
			for _, form := range [][]byte{[]byte(s), []byte(base64.StdEncoding.EncodeToString([]byte(s))), disguises(s)["UTF-16 LE"], disguises(s)["UTF-16 BE"],
				disguises(s)["hex"], []byte(strings.ToUpper(s)), []byte(strings.ToLower(s))} {
				found = found || bytes.Contains(form, disguise)
			}
		}
		if !found {
			t.Errorf("%s would not be found", how)
		}
	}
}

func TestSizesTellLittle(t *testing.T) {
	b := newBox(newKey())
	sizes := map[int]bool{}
	for n := range 5000 {
		sealed := b.seal(nil, []byte("here"), make([]byte, n))
		sizes[len(sealed)] = true
		if len(sealed) > max(128, (n+4)*3/2)+nonceSize+tagSize {
			t.Fatalf("%d bytes become %d", n, len(sealed))
		}
		if plain, err := b.open(sealed, []byte("here")); err != nil || len(plain) != n {
			t.Fatal(n, err)
		}
	}
	if len(sizes) > 13 {
		t.Fatalf("%d sizes", len(sizes))
	}
}

func TestARecordOpensOnlyWhereItBelongs(t *testing.T) {
	key := newKey()
	mine, err := openCache("", anne, key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	defer mine.Close()
	other, err := openCache("", bruno, key, portal.NewID)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	ch := row("town", "site", "s1", 7, "École")
	sealed := mine.sealRow(nil, 3, &ch)
	if got, err := mine.openRow(3, bytes.Clone(sealed)); err != nil || string(got.Body) != string(ch.Body) || got.Seq != 7 {
		t.Fatal(got, err)
	}
	if _, err := mine.openRow(4, bytes.Clone(sealed)); err == nil {
		t.Fatal("a row opens in another place")
	}
	if _, err := other.openRow(3, bytes.Clone(sealed)); err == nil {
		t.Fatal("a row opens for another account")
	}
	rec := mine.sealRecord(outboxTable, 3, 5, []byte("content"))
	for _, at := range []int{wordSize, wordSize + 8, wordSize + 16} { // table, number, revision
		moved := bytes.Clone(rec)
		moved[at] ^= 1
		if _, _, err := mine.openRecord(moved); err == nil {
			t.Fatalf("a record opens with its header changed at %d", at)
		}
	}
	if _, _, err := other.openRecord(rec); err == nil {
		t.Fatal("a record opens for another account")
	}
}
