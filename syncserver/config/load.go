package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Purpose is what the settings are read for.
type Purpose int

const (
	// Serve needs all of them.
	Serve Purpose = iota
	// Tools, such as migrate, doctor and user, need the database only, and
	// do not ask for what they do not use.
	Tools
)

// setting is one field of Config as it is named outside.
type setting struct {
	field, variable, flag, standard, help string
	secret                                bool
}

var settings = listSettings()

func listSettings() []setting {
	var all []setting
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("env")
		if name == "" {
			continue
		}
		all = append(all, setting{
			field:    f.Name,
			variable: Prefix + name,
			flag:     "--" + strings.ToLower(strings.ReplaceAll(name, "_", "-")),
			standard: f.Tag.Get("envDefault"),
			help:     f.Tag.Get("help"),
			secret:   f.Type == reflect.TypeFor[Secret](),
		})
	}
	return all
}

func settingOf(match func(setting) bool) (setting, bool) {
	for _, s := range settings {
		if match(s) {
			return s, true
		}
	}
	return setting{}, false
}

// Usage lists all settings.
func Usage(w io.Writer) {
	for _, s := range settings {
		flag := s.flag
		if s.secret && s.field != "Database" {
			flag = s.variable + "_FILE"
		}
		fmt.Fprintf(w, "  %s, %s\n      %s", s.variable, flag, s.help)
		if s.standard != "" {
			fmt.Fprintf(w, " (%s)", s.standard)
		}
		fmt.Fprintln(w)
	}
}

// Load reads settings from an environment (as os.Environ gives it) and from
// flags, which win. The error is Mistakes: all there are, at once.
//
// A secret may also be read from a file named by its variable with _FILE
// added; it is refused as a flag, as every user of the machine can see those.
func Load(purpose Purpose, args, environ []string) (*Config, error) {
	var wrong Mistakes
	values := fromEnvironment(environ, &wrong)
	fromFlags(args, values, &wrong)

	c := &Config{}
	err := env.ParseWithOptions(c, env.Options{Prefix: Prefix, Environment: values})
	unread := wrong.addParsing(err, values)
	if c.Database.Empty() {
		c.Database = NewSecret("sqlite:" + strings.TrimRight(c.DataDir, "/") + "/parvis.db")
	}
	if c.Files == "" {
		c.Files = strings.TrimRight(c.DataDir, "/") + "/files"
	}
	wrong.check(c, purpose, unread)
	if len(wrong) > 0 {
		return nil, wrong
	}
	return c, nil
}

func defaults() *Config {
	c := &Config{}
	if err := env.ParseWithOptions(c, env.Options{Prefix: Prefix, Environment: map[string]string{}}); err != nil {
		panic(err) // a default in a tag of Config does not fit its type
	}
	return c
}

// fromEnvironment keeps our variables, and notices those that are nearly
// ours: a slip of the keyboard must not leave a default in force unseen.
func fromEnvironment(environ []string, wrong *Mistakes) map[string]string {
	values := map[string]string{}
	for _, pair := range environ {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || !strings.HasPrefix(name, Prefix) {
			continue
		}
		if s, known := settingOf(func(s setting) bool { return s.variable == name }); known {
			// Blank is as good as absent: unit files and container
			// descriptions often hold empty lines to be filled in.
			blank := strings.TrimSpace(value) == ""
			if !s.secret { // a password may begin or end with a space
				value = strings.TrimSpace(value)
			}
			if !blank {
				values[name] = value
			}
			continue
		}
		if base, isFile := strings.CutSuffix(name, "_FILE"); isFile {
			if s, known := settingOf(func(s setting) bool { return s.variable == base }); known && s.secret {
				continue // below, as it must not depend on the order
			}
		}
		if strings.HasPrefix(name, Prefix+"DEMO") {
			wrong.add(name, "is not a setting", "the demonstration is started by \"parvis-server demo\" and nothing else")
			continue
		}
		if near := nearest(name, func(s setting) string { return s.variable }); near != "" {
			wrong.add(name, "is not a setting", "did you mean "+near+"?")
		}
	}
	for _, pair := range environ {
		name, path, _ := strings.Cut(pair, "=")
		base, isFile := strings.CutSuffix(name, "_FILE")
		if s, known := settingOf(func(s setting) bool { return s.variable == base }); !isFile || !known || !s.secret || path == "" {
			continue
		}
		if values[base] != "" {
			wrong.add(name, "is set beside "+base, "set one of them")
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			wrong.add(name, err.Error(), "name a file that this user can read")
			continue
		}
		values[base] = strings.TrimRight(string(b), "\r\n")
	}
	return values
}

// fromFlags reads --name value and --name=value.
func fromFlags(args []string, values map[string]string, wrong *Mistakes) {
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(args[i], "=")
		if strings.HasPrefix(name, "-") && !strings.HasPrefix(name, "--") {
			name = "-" + name
		}
		s, known := settingOf(func(s setting) bool { return s.flag == name })
		switch {
		case !strings.HasPrefix(name, "--"):
			wrong.add(name, "is not a flag", "flags look like --listen 127.0.0.1:8080")
			continue
		case !known:
			right := "--help lists them"
			if near := nearest(name, func(s setting) string { return s.flag }); near != "" {
				right = "did you mean " + near + "?"
			}
			wrong.add(name, "is not a flag", right)
			continue
		case !joined && i+1 == len(args):
			wrong.add(name, "has no value", "write "+name+" VALUE")
			continue
		case !joined:
			i++
			value = args[i]
		}
		if s.secret && (s.field != "Database" || hasPassword(value)) {
			wrong.add(name, "is a secret, and flags can be seen by every user of this machine",
				"set "+s.variable+", or name a file in "+s.variable+"_FILE")
			continue
		}
		values[s.variable] = value
	}
}

// addParsing adds what the values' forms were refused for, and tells which
// fields could not be read, so that they are not judged a second time.
func (m *Mistakes) addParsing(err error, values map[string]string) (unread map[string]bool) {
	unread = map[string]bool{}
	if err == nil {
		return unread
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		m.add("settings", err.Error(), "")
		return unread
	}
	for _, e := range all.Errors {
		var pe env.ParseError
		if !errors.As(e, &pe) {
			m.add("settings", e.Error(), "")
			continue
		}
		s, _ := settingOf(func(s setting) bool { return s.field == pe.Name })
		unread[s.field] = true
		m.add(s.variable, fmt.Sprintf("%q cannot be read", values[s.variable]), form(pe.Type))
	}
	return unread
}

// form says how a value of a type is written.
func form(t reflect.Type) string {
	switch t.String() {
	case "time.Duration":
		return "write a duration such as 90s, 15m or 8h"
	case "int":
		return "write a whole number"
	case "slog.Level":
		return "write debug, info, warn or error"
	case "config.Network", "[]config.Network":
		return "write addresses or ranges, with commas between them, such as 192.0.2.7,2001:db8::/64"
	default:
		return "write a " + t.String()
	}
}

// nearest is the setting's name that differs by a slip or two, or "".
func nearest(name string, of func(setting) string) string {
	best, least := "", 3
	for _, s := range settings {
		if d := distance(name, of(s)); d < least {
			best, least = of(s), d
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap with their
// neighbour.
func distance(a, b string) int {
	older, old := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range old {
		old[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(old[j]+1, row[j-1]+1, old[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		older, old = old, row
	}
	return old[len(b)]
}
