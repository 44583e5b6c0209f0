package app

import (
	"strings"
	"testing"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/syncing"
)

// Each state of the line has its words in both languages, with the number of
// what waits where something does.
func TestTheLineSaysTheTruth(t *testing.T) {
	defer i18n.SetLanguage(i18n.Language())
	two := []cache.Pending{{}, {}}
	for _, lang := range i18n.Languages() {
		i18n.SetLanguage(lang)
		said := map[string]bool{}
		for _, state := range []syncing.State{syncing.UpToDate, syncing.Working, syncing.Silent, syncing.Offline, syncing.Busy, syncing.SignedOut, syncing.Outdated, syncing.Trouble} {
			for _, waiting := range [][]cache.Pending{nil, two[:1], two} {
				_, icon, text, _ := lineWords(syncing.Status{State: state, Waiting: waiting}, false)
				if strings.Contains(text, "[") || text == "" || icon == "" {
					t.Errorf("%s, %s with %d waiting: %q", lang, state, len(waiting), text)
				}
				if state == syncing.Offline && len(waiting) == 2 && !strings.Contains(text, "2") {
					t.Errorf("%s: off line with two waiting says %q", lang, text)
				}
				if len(waiting) == 0 {
					if said[text] {
						t.Errorf("%s: two states say %q", lang, text)
					}
					said[text] = true
				}
			}
		}
	}
}

func TestProgressIsTold(t *testing.T) {
	defer i18n.SetLanguage(i18n.Language())
	i18n.SetLanguage("fr")
	_, _, text, part := lineWords(syncing.Status{State: syncing.Working, Percent: 40}, false)
	if text != "Mise à jour 40 %" || part != 0.4 {
		t.Errorf("%q at %v", text, part)
	}
}
