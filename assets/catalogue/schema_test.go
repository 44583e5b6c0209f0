package catalogue

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// validator checks a value against a JSON Schema, as far as schema.json uses
// the language. A keyword it does not know fails the test, so that nothing is
// ever taken for checked that was not.
type validator struct {
	root map[string]any
	said []string
}

func (v *validator) say(path, format string, args ...any) {
	v.said = append(v.said, path+": "+fmt.Sprintf(format, args...))
}

func (v *validator) check(path string, schema map[string]any, value any) {
	for keyword, rule := range schema {
		switch keyword {
		case "$schema", "$id", "$defs", "title", "description":
		case "$ref":
			name, ok := strings.CutPrefix(rule.(string), "#/$defs/")
			def, found := v.root["$defs"].(map[string]any)[name].(map[string]any)
			if !ok || !found {
				v.say(path, "no definition %v", rule)
				continue
			}
			v.check(path, def, value)
		case "type":
			if !ofType(rule.(string), value) {
				v.say(path, "is no %v", rule)
			}
		case "enum":
			found := false
			for _, one := range rule.([]any) {
				found = found || reflect.DeepEqual(one, value)
			}
			if !found {
				v.say(path, "%v is not offered", value)
			}
		case "required":
			object, _ := value.(map[string]any)
			for _, name := range rule.([]any) {
				if _, ok := object[name.(string)]; !ok {
					v.say(path, "without %v", name)
				}
			}
		case "properties":
			object, _ := value.(map[string]any)
			for name, member := range object {
				if sub, ok := rule.(map[string]any)[name]; ok {
					v.check(path+"."+name, sub.(map[string]any), member)
				}
			}
		case "additionalProperties":
			object, _ := value.(map[string]any)
			for name := range object {
				if _, ok := schema["properties"].(map[string]any)[name]; !ok {
					v.say(path, "unknown member %s", name)
				}
			}
		case "items":
			list, _ := value.([]any)
			for i, item := range list {
				v.check(fmt.Sprintf("%s[%d]", path, i), rule.(map[string]any), item)
			}
		case "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum":
			v.bound(path, keyword, rule.(float64), value)
		case "pattern":
			if s, ok := value.(string); ok && !regexp.MustCompile(rule.(string)).MatchString(s) {
				v.say(path, "%q is not of the form %v", s, rule)
			}
		default:
			v.say(path, "the test does not know the keyword %s", keyword)
		}
	}
}

func (v *validator) bound(path, keyword string, bound float64, value any) {
	var n float64
	switch x := value.(type) {
	case string:
		n = float64(utf8.RuneCountInString(x))
	case []any:
		n = float64(len(x))
	case float64:
		n = x
	}
	if strings.HasPrefix(keyword, "min") && n < bound || strings.HasPrefix(keyword, "max") && n > bound {
		v.say(path, "%v breaks %s %v", n, keyword, bound)
	}
}

func ofType(name string, value any) bool {
	switch x := value.(type) {
	case map[string]any:
		return name == "object"
	case []any:
		return name == "array"
	case string:
		return name == "string"
	case bool:
		return name == "boolean"
	case float64:
		return name == "number" || name == "integer" && x == float64(int64(x))
	}
	return false
}

func validate(t *testing.T, data []byte) []string {
	t.Helper()
	var v validator
	if err := json.Unmarshal(Schema(), &v.root); err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return []string{err.Error()}
	}
	v.check("$", v.root, value)
	return v.said
}

func TestEveryProcedureFollowsTheSchema(t *testing.T) {
	all, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for id, data := range all {
		for _, said := range validate(t, data) {
			t.Errorf("%s: %s", id, said)
		}
	}
}

func TestTheSchemaRefuses(t *testing.T) {
	all, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	text := string(all["fiche-enfant"])
	for old, with := range map[string]string{
		`"id": "fiche-enfant"`: `"id": "Fiche enfant"`,
		`"version": 1`:         `"version": 0`,
		`"online": true`:       `"online": "yes"`,
		`"kind": "person"`:     `"kind": "somebody"`,
		`"key": "lastName"`:    `"key": "last name"`,
		`"required": true`:     `"requird": true`,
		`"en": "Child record"`: `"de": "Kinderbogen"`,
		`"group": "enfance",`:  ``,
		`"range": "past"`:      `"range": "yesterday"`,
	} {
		changed := strings.Replace(text, old, with, 1)
		if changed == text {
			t.Errorf("%s is not in the file", old)
			continue
		}
		if len(validate(t, []byte(changed))) == 0 {
			t.Errorf("%s passes for %s", with, old)
		}
	}
}
