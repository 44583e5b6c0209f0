package cache

import (
	"encoding/json"
	"os"
	"path/filepath"

	"parvis/shared/portal"
)

const settingsName = "settings.json"

// Settings are those of the installation, not of a person: they may be read
// by anybody who sits at the computer.
type Settings struct {
	Server   string    `json:"server,omitempty"` // address
	Town     portal.ID `json:"town,omitempty"`
	TownName string    `json:"town_name,omitempty"`
	Language string    `json:"language,omitempty"`
	Theme    string    `json:"theme,omitempty"`
	Scale    float32   `json:"scale,omitempty"`
	Contrast bool      `json:"contrast,omitempty"`
	Window   Window    `json:"window,omitzero"`
}

// Window is where the window was, and how large.
type Window struct {
	X      int  `json:"x"`
	Y      int  `json:"y"`
	Placed bool `json:"placed,omitempty"` // X and Y were told by the system
	Width  int  `json:"width"`
	Height int  `json:"height"`
}

// Settings gives the settings; those that cannot be read are as on the first
// start.
func (v *Vault) Settings() Settings {
	v.settings.Lock()
	defer v.settings.Unlock()
	var s Settings
	raw, err := os.ReadFile(filepath.Join(v.dir, settingsName))
	if err != nil || json.Unmarshal(raw, &s) != nil {
		return Settings{}
	}
	return s
}

// SaveSettings keeps the settings.
func (v *Vault) SaveSettings(s Settings) error {
	v.settings.Lock()
	defer v.settings.Unlock()
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(v.dir, settingsName), raw)
}
