package catalogue

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// shipped holds, a line each, every version of every form as it was given out:
// its id, its version and a digest of what it asks.
const shipped = "testdata/shipped.txt"

// A form that asks otherwise than the version that towns have needs a new
// number: requests keep the version they were made with. After raising it, add
// the line that the test tells.
func TestAFormThatChangesRaisesItsVersion(t *testing.T) {
	f, err := os.Open(shipped)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	known := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, digest, _ := strings.Cut(lines.Text(), " ")
		known[name] = digest
	}
	all, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	for id, data := range all {
		name, digest := asked(t, id, data)
		switch was, there := known[name]; {
		case !there:
			missing = append(missing, name+" "+digest)
		case was != digest:
			t.Errorf("%s asks otherwise than it did: raise its version", name)
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("%s lacks:\n%s", shipped, strings.Join(missing, "\n"))
	}
}

// asked is a form's name with its version, and a digest of it without words.
func asked(t *testing.T, id string, data json.RawMessage) (name, digest string) {
	t.Helper()
	var p map[string]any
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	form := map[string]any{"pages": p["pages"], "documents": p["documents"], "onAccept": p["onAccept"], "about": p["about"]}
	raw, err := json.Marshal(wordless(form))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	return fmt.Sprintf("%s@%v", id, p["version"]), hex.EncodeToString(sum[:8])
}

// wordless takes the words for people, and the help in answering, out.
func wordless(tree any) any {
	switch x := tree.(type) {
	case []any:
		for i := range x {
			x[i] = wordless(x[i])
		}
	case map[string]any:
		if _, text := x["fr"].(string); text {
			return nil
		}
		delete(x, "fill")
		delete(x, "reuse")
		for key := range x {
			x[key] = wordless(x[key])
		}
	}
	return tree
}
