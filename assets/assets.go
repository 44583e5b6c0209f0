// Package assets holds what both programs ship inside their binary: fonts,
// icons, translations and texts. It knows nothing of any other package: it is
// bytes with names, and whoever reads them gives them their meaning.
package assets

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

// FS is every embedded file, under the same paths as in this folder.
//
//go:embed all:fonts all:icons all:translations all:help
var FS embed.FS

// Help is what stands in the help beside a screen, in a language, and whether
// there is any.
func Help(language, route string) (string, bool) {
	data, err := FS.ReadFile("help/" + language + "/" + route + ".md")
	return string(data), err == nil
}

// ForAgents ends the name of a help text that agents are given of a screen
// which is another one for them than for families.
const ForAgents = "-agent"

// AgentHelp is what Help is, as an agent reads it.
func AgentHelp(language, route string) (string, bool) {
	if own, there := Help(language, route+ForAgents); there {
		return own, true
	}
	return Help(language, route)
}

// Icon returns the SVG of an icon by its short name ("house"), and whether
// there is one of that name.
func Icon(name string) ([]byte, bool) {
	data, err := FS.ReadFile("icons/" + name + ".svg")
	return data, err == nil
}

// Font returns one of the embedded font files by its file name.
func Font(file string) []byte {
	data, err := FS.ReadFile("fonts/" + file)
	if err != nil {
		// The name is a constant of the program and the bytes are in it:
		// anything else is a mistake made while building.
		panic("assets: no font " + file)
	}
	return data
}

// IconNames lists the short names of all icons, for tests and the gallery.
func IconNames() []string {
	entries, err := fs.ReadDir(FS, "icons")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if path.Ext(e.Name()) == ".svg" {
			names = append(names, strings.TrimSuffix(e.Name(), ".svg"))
		}
	}
	return names
}
