// Package i18n gives the texts of the window in the language chosen, and
// writes dates, prices and numbers as that language does.
//
// It knows the embedded translations and nothing else: no window, no screen,
// no state. Texts stand in assets/translations/<language>/*.json; all files of
// a folder are loaded, so each module of the portal keeps a file of its own.
package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"
	texttemplate "text/template"
	"unicode/utf8"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"

	"parvis/assets"
	"parvis/shared/words"
)

// The languages of Parvis. French is the first: it is what an unknown system
// language falls back to, since the portal is a French town hall's.
const (
	French  = "fr"
	English = "en"
)

// Languages lists them in the order of the language menu.
func Languages() []string { return []string{French, English} }

type catalogue struct {
	localizer *goi18n.Localizer
	keys      map[string]*goi18n.Message
}

var (
	mu         sync.RWMutex
	current    = French
	listeners  = map[int]func(){}
	nextID     int
	catalogues = mustLoad()
)

// pluralForms are the keys that make a JSON object one message rather than a
// group of messages.
var pluralForms = map[string]bool{"zero": true, "one": true, "two": true, "few": true, "many": true, "other": true, "description": true}

func mustLoad() map[string]*catalogue {
	all := map[string]*catalogue{}
	for _, lang := range Languages() {
		c, err := load(assets.FS, lang)
		if err != nil {
			// The files are in the binary and a test reads them: a failure
			// here is a mistake made while building, not of this machine.
			panic("i18n: " + err.Error())
		}
		all[lang] = c
	}
	return all
}

func load(fsys fs.FS, lang string) (*catalogue, error) {
	dir := "translations/" + lang
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	tag := language.Make(lang)
	keys := map[string]*goi18n.Message{}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".json" {
			continue
		}
		data, err := fs.ReadFile(fsys, dir+"/"+e.Name())
		if err != nil {
			return nil, err
		}
		var tree map[string]any
		if err := json.Unmarshal(data, &tree); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", dir, e.Name(), err)
		}
		if err := flatten("", tree, keys); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", dir, e.Name(), err)
		}
	}
	// One bundle a language: a text missing in one language must show as
	// missing, not in the other language.
	bundle := goi18n.NewBundle(tag)
	messages := make([]*goi18n.Message, 0, len(keys))
	for _, m := range keys {
		messages = append(messages, m)
		if none := ofNone(m); none != "" {
			messages = append(messages, &goi18n.Message{ID: m.ID + noneKey, Other: none})
		}
	}
	if err := bundle.AddMessages(tag, messages...); err != nil {
		return nil, err
	}
	return &catalogue{localizer: goi18n.NewLocalizer(bundle, lang), keys: keys}, nil
}

// noneKey ends the key under which a text's words for 0 are kept.
const noneKey = ".\x00"

// ofNone is what a text says of 0, "" where the language's rule says it right. The
// rule knows no form for 0: French would take that of one, whose words often have
// no number in them, and read "Un jour choisi" where there is none. Such a text has
// words of its own ("zero"), or is read with the number, as of many.
func ofNone(m *goi18n.Message) string {
	switch {
	case m.Zero != "":
		return m.Zero
	case m.One != "" && !strings.Contains(m.One, ".Count") && strings.Contains(m.Other, ".Count"):
		return m.Other
	}
	return ""
}

func flatten(prefix string, tree map[string]any, into map[string]*goi18n.Message) error {
	for name, v := range tree {
		key := name
		if prefix != "" {
			key = prefix + "." + name
		}
		var m *goi18n.Message
		switch v := v.(type) {
		case string:
			m = &goi18n.Message{ID: key, Other: v}
		case map[string]any:
			if !isMessage(v) {
				if err := flatten(key, v, into); err != nil {
					return err
				}
				continue
			}
			m = &goi18n.Message{ID: key, Zero: text(v, "zero"), One: text(v, "one"), Two: text(v, "two"),
				Few: text(v, "few"), Many: text(v, "many"), Other: text(v, "other")}
			if m.Many == "" {
				// French has a form for whole millions that reads like the
				// plural in everything we count.
				m.Many = m.Other
			}
		default:
			return fmt.Errorf("%s is neither a text nor a group of texts", key)
		}
		if _, twice := into[key]; twice {
			return fmt.Errorf("%s stands twice", key)
		}
		into[key] = m
	}
	return nil
}

func isMessage(v map[string]any) bool {
	if _, ok := v["other"].(string); !ok {
		return false
	}
	for k := range v {
		if !pluralForms[k] {
			return false
		}
	}
	return true
}

func text(v map[string]any, form string) string {
	s, _ := v[form].(string)
	return s
}

// Language is the language in force.
func Language() string {
	mu.RLock()
	defer mu.RUnlock()
	return current
}

// SetLanguage changes the language and tells the listeners. An unknown one is
// French. It is called, and the listeners run, on the caller's goroutine: the
// window's.
func SetLanguage(lang string) {
	lang = Closest(lang)
	mu.Lock()
	if current == lang {
		mu.Unlock()
		return
	}
	current = lang
	ids := make([]int, 0, len(listeners))
	for id := range listeners {
		ids = append(ids, id)
	}
	sort.Ints(ids)
	calls := make([]func(), 0, len(ids))
	for _, id := range ids {
		calls = append(calls, listeners[id])
	}
	mu.Unlock()
	for _, call := range calls {
		call()
	}
}

// Closest is the language of ours that fits a system's tag such as "en_GB.UTF-8".
func Closest(tag string) string {
	base := strings.ToLower(tag)
	if i := strings.IndexAny(base, "-_."); i >= 0 {
		base = base[:i]
	}
	for _, l := range Languages() {
		if l == base {
			return l
		}
	}
	return French
}

// Listen calls f after each change of language, until stop is called.
func Listen(f func()) (stop func()) {
	mu.Lock()
	defer mu.Unlock()
	id := nextID
	nextID++
	listeners[id] = f
	return func() {
		mu.Lock()
		defer mu.Unlock()
		delete(listeners, id)
	}
}

// parser makes a text that asks for something it was not given a mistake,
// where the library would write "<no value>" on the screen.
var parser = kept{template.TextParser{Option: "missingkey=error", Funcs: texttemplate.FuncMap{"de": of}}}

// kept is a parser whose texts are parsed once: its functions never change,
// which the library cannot know.
type kept struct{ template.TextParser }

func (*kept) Cacheable() bool { return true }

// of is a name after the French "de", which loses its vowel before another:
// "de Léa", but "d'Inès", "d'Hugo".
func of(name any) string {
	s := fmt.Sprint(name)
	first, size := utf8.DecodeRuneInString(words.Fold(s))
	second, _ := utf8.DecodeRuneInString(words.Fold(s)[size:])
	const vowels = "aeiou"
	switch {
	case strings.ContainsRune(vowels+"h", first), first == 'y' && !strings.ContainsRune(vowels, second):
		return "d'" + s
	}
	return "de " + s
}

// T is the text of a key in the language in force. args fill its {{.Name}}
// places; "Count" also chooses the plural form and is written as a number of
// that language. A missing text shows as [key], so that it is seen.
func T(key string, args map[string]any) string {
	return In(Language(), key, args)
}

// Say is T for modules that speak often: pairs are the names and values that
// fill the text's places.
func Say(key string, pairs ...any) string {
	if len(pairs) == 0 {
		return T(key, nil)
	}
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	return T(key, args)
}

// In is T in a given language.
func In(lang, key string, args map[string]any) string {
	c := catalogues[Closest(lang)]
	cfg := &goi18n.LocalizeConfig{MessageID: key, TemplateParser: &parser}
	data := args
	if data == nil {
		data = map[string]any{}
	}
	if n, ok := args["Count"]; ok {
		cfg.PluralCount = n
		data = make(map[string]any, len(args))
		for k, v := range args {
			data[k] = v
		}
		if i, ok := integer(n); ok {
			data["Count"] = numberIn(lang, i)
			if m := c.keys[key]; i == 0 && m != nil && ofNone(m) != "" {
				cfg.MessageID, cfg.PluralCount = key+noneKey, nil
			}
		}
	}
	cfg.TemplateData = data
	out, err := c.localizer.Localize(cfg)
	if err != nil && cfg.PluralCount != nil {
		cfg.PluralCount = nil // a text that is the same for one and for many
		out, err = c.localizer.Localize(cfg)
	}
	if err != nil || out == "" {
		return "[" + key + "]"
	}
	return out
}

// Has tells whether the key has a text in the language in force.
func Has(key string) bool {
	_, ok := catalogues[Language()].keys[key]
	return ok
}

func integer(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}
