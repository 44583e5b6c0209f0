package payfip

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// answer is what an envelope says: the fields of what it returns, or a fault.
type answer struct {
	fields      map[string]string
	fault       bool
	functional  bool // the fault is a refusal, with its code
	kind        string
	code, label string
}

const deepest = 16 // elements within each other; the real answers have six

// readAnswer reads an envelope by the names of its elements alone: whose
// namespace each is in differs between PayFiP's own documents.
func readAnswer(raw []byte) (answer, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	a := answer{fields: map[string]string{}}
	var path []string
	var text strings.Builder
	returned := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return a, errors.New("the answer is not XML")
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(path) == deepest {
				return a, errors.New("the answer is not of the kind")
			}
			path = append(path, t.Name.Local)
			text.Reset()
			switch {
			case t.Name.Local == "Fault":
				a.fault = true
			case t.Name.Local == "return" && !a.fault:
				returned = true
			case a.fault && parent(path) == "detail":
				a.functional = a.functional || strings.Contains(t.Name.Local, Functional)
			}
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			name, value := t.Name.Local, strings.TrimSpace(text.String())
			text.Reset()
			switch in := parent(path); {
			case a.fault && name == "faultstring":
				a.kind, a.functional = value, a.functional || strings.Contains(value, Functional)
			case a.fault && name == "code":
				a.code = value
			case a.fault && (name == "libelle" || name == "descriptif"):
				if value != "" {
					a.label = value
				}
			case in == "return" && !a.fault:
				a.fields[name] = value
			}
			path = path[:len(path)-1]
		}
	}
	if !a.fault && !returned {
		return a, errors.New("the answer is not of the kind")
	}
	return a, nil
}

// parent is the element that holds the innermost one.
func parent(path []string) string {
	if len(path) < 2 {
		return ""
	}
	return path[len(path)-2]
}
