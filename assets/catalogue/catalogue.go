// Package catalogue holds the procedures that Parvis comes with, as data: a
// file for each in procedures, and in common.json what they share. A town may
// change them or add its own. It knows only the engine that reads them.
package catalogue

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"

	"parvis/shared/requests"
)

//go:embed procedures/*.json common.json schema.json
var files embed.FS

// Terms is what one accepts before starting a procedure. Who accepted an
// earlier version is asked again.
type Terms struct {
	Version int           `json:"version"`
	Title   requests.Text `json:"title"`
	Text    requests.Text `json:"text"`
}

// Common is what procedures share: the headings of their list, the kinds of
// documents they ask for, and the terms.
type Common struct {
	Groups        []requests.Group        `json:"groups"`
	DocumentKinds []requests.DocumentKind `json:"documentKinds"`
	Terms         Terms                   `json:"terms"`
}

// Load reads the procedures, in the order of their headings and then of their
// names.
func Load() ([]*requests.Procedure, error) {
	common, err := LoadCommon()
	if err != nil {
		return nil, err
	}
	entries, err := files.ReadDir("procedures")
	if err != nil {
		return nil, err
	}
	byGroup := map[string][]*requests.Procedure{}
	for _, e := range entries {
		data, err := files.ReadFile("procedures/" + e.Name())
		if err != nil {
			return nil, err
		}
		p, err := requests.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("catalogue: %s: %w", e.Name(), err)
		}
		if e.Name() != p.ID+".json" {
			return nil, fmt.Errorf("catalogue: %s holds %s", e.Name(), p.ID)
		}
		byGroup[p.Group] = append(byGroup[p.Group], p)
	}
	var all []*requests.Procedure
	for _, g := range common.Groups {
		all = append(all, byGroup[g.ID]...)
	}
	if len(all) != len(entries) {
		return nil, fmt.Errorf("catalogue: a procedure stands under no heading")
	}
	return all, nil
}

// Files is the procedures as they are written, by id: what is published to
// the desktops, which read them with requests.Parse.
func Files() (map[string]json.RawMessage, error) {
	entries, err := files.ReadDir("procedures")
	if err != nil {
		return nil, err
	}
	out := make(map[string]json.RawMessage, len(entries))
	for _, e := range entries {
		data, err := files.ReadFile("procedures/" + e.Name())
		if err != nil {
			return nil, err
		}
		out[e.Name()[:len(e.Name())-len(".json")]] = data
	}
	return out, nil
}

// LoadCommon reads what procedures share.
func LoadCommon() (Common, error) {
	data, err := files.ReadFile("common.json")
	if err != nil {
		return Common{}, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var c Common
	if err := d.Decode(&c); err != nil {
		return Common{}, fmt.Errorf("catalogue: common.json: %w", err)
	}
	return c, nil
}

// Schema is the JSON Schema of a procedure file, for whoever writes one.
func Schema() []byte {
	data, _ := files.ReadFile("schema.json")
	return data
}
