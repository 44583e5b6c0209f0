//go:build linux

package xwin

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"parvis/desktop/journey/probe/proto"
)

// Click moves the mouse to a pixel and presses its left button there.
func (w *Window) Click(x, y int) error {
	// The pointer may be there already, for which --sync would wait for
	// ever; events are in order anyway.
	_, err := w.run("xdotool", "mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "1")
	return err
}

// Hover moves the mouse to a pixel.
func (w *Window) Hover(x, y int) error {
	_, err := w.run("xdotool", "mousemove", strconv.Itoa(x), strconv.Itoa(y))
	return err
}

// ClickOn waits for something of a kind ("" for any) that shows a text,
// scrolls it into sight and clicks it.
func (w *Window) ClickOn(text, kind string, timeout time.Duration) error {
	n, err := w.Await(text, kind, timeout)
	if err != nil {
		return err
	}
	return w.Click(n.Rect.Centre())
}

// Await waits until something of a kind that shows a text is there, in sight
// (it is scrolled to) and can be used.
func (w *Window) Await(text, kind string, timeout time.Duration) (node proto.Node, err error) {
	err = w.WaitFor(strings.TrimSpace(kind+" "+text), func() (bool, error) {
		found, err := w.Reveal(text, kind)
		if err != nil || len(found) == 0 || !found[0].Shown || found[0].Disabled {
			return false, err
		}
		node = found[0]
		return true, nil
	}, timeout)
	return node, err
}

// Fill clicks the field of a label, replaces what it holds, and waits until
// the window says that it holds the new text.
func (w *Window) Fill(label, text string, timeout time.Duration) error {
	if err := w.ClickOn(label, proto.Field, timeout); err != nil {
		return err
	}
	held := func() (*proto.Node, error) {
		s, err := w.State()
		if err != nil || s.Focus == nil || s.Focus.Kind != proto.Field {
			return nil, err
		}
		return s.Focus, nil
	}
	if err := w.WaitFor("the focus in "+label, func() (bool, error) {
		f, err := held()
		return f != nil, err
	}, timeout); err != nil {
		return err
	}
	if err := w.Key("ctrl+a", "Delete"); err != nil {
		return err
	}
	if err := w.Type(text); err != nil {
		return err
	}
	hidden := strings.Repeat("•", len([]rune(text)))
	return w.WaitFor(fmt.Sprintf("%q in %s", text, label), func() (bool, error) {
		f, err := held()
		return f != nil && (f.Text == text || f.Text == hidden), err
	}, timeout)
}

// Wheel turns the wheel down, notch by notch, over the middle of the window;
// up where the number is below 0.
func (w *Window) Wheel(notches int) error {
	s, err := w.State()
	if err != nil {
		return err
	}
	button := "5"
	if notches < 0 {
		button, notches = "4", -notches
	}
	if _, err := w.run("xdotool", "mousemove", strconv.Itoa(s.Width/2), strconv.Itoa(s.Height/2)); err != nil {
		return err
	}
	_, err = w.run("xdotool", "click", "--repeat", strconv.Itoa(notches), "--delay", "8", button)
	return err
}

// Key presses keys by their X names: "Return", "Tab", "ctrl+z", "Page_Down".
func (w *Window) Key(keys ...string) error {
	_, err := w.run("xdotool", append([]string{"key", "--clearmodifiers", "--delay", "8"}, keys...)...)
	return err
}

// Type types a text as one does on a French keyboard: é à ç by their own
// keys, ê ë by dead keys, capitals with an accent as French layouts allow.
func (w *Window) Type(text string) error {
	keys := make([]string, 0, len(text))
	for _, r := range text {
		ks, err := keysFor(r)
		if err != nil {
			return err
		}
		keys = append(keys, ks...)
	}
	// xdotool's own "type" would lend unknown letters to spare keys, which
	// the window learns of too late; and a command line has an end.
	for len(keys) > 0 {
		n := min(len(keys), 200)
		// Not into the middle of a dead key and its letter.
		for n < len(keys) && strings.HasPrefix(keys[n-1], "dead_") {
			n++
		}
		if err := w.Key(keys[:n]...); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

// named are X's names of the characters whose name is not themselves.
var named = map[rune]string{
	' ': "space", '\n': "Return", '\t': "Tab",
	'é': "eacute", 'è': "egrave", 'à': "agrave", 'ç': "ccedilla", 'ù': "ugrave",
	'\'': "apostrophe", '’': "rightsinglequotemark", '"': "quotedbl", '(': "parenleft", ')': "parenright",
	'-': "minus", '_': "underscore", '+': "plus", '=': "equal", '.': "period", ',': "comma",
	';': "semicolon", ':': "colon", '!': "exclam", '?': "question", '/': "slash", '\\': "backslash",
	'@': "at", '#': "numbersign", '&': "ampersand", '*': "asterisk", '%': "percent", '$': "dollar",
	'€': "EuroSign", '£': "sterling", '§': "section", '°': "degree", '<': "less", '>': "greater",
	'[': "bracketleft", ']': "bracketright", '{': "braceleft", '}': "braceright", '|': "bar",
	'~': "asciitilde", '`': "grave", '^': "asciicircum", '«': "guillemotleft", '»': "guillemotright",
	'œ': "oe", 'Œ': "OE", 'æ': "ae", 'Æ': "AE",
	'É': "Eacute", 'È': "Egrave", 'À': "Agrave", 'Ç': "Ccedilla", 'Ù': "Ugrave",
}

// dead are the accents that the keyboard has as dead keys.
var dead = map[rune]struct {
	key  string
	base rune
}{
	'â': {"dead_circumflex", 'a'}, 'ê': {"dead_circumflex", 'e'}, 'î': {"dead_circumflex", 'i'},
	'ô': {"dead_circumflex", 'o'}, 'û': {"dead_circumflex", 'u'},
	'Â': {"dead_circumflex", 'A'}, 'Ê': {"dead_circumflex", 'E'}, 'Î': {"dead_circumflex", 'I'},
	'Ô': {"dead_circumflex", 'O'}, 'Û': {"dead_circumflex", 'U'},
	'ä': {"dead_diaeresis", 'a'}, 'ë': {"dead_diaeresis", 'e'}, 'ï': {"dead_diaeresis", 'i'},
	'ö': {"dead_diaeresis", 'o'}, 'ü': {"dead_diaeresis", 'u'}, 'ÿ': {"dead_diaeresis", 'y'},
	'Ë': {"dead_diaeresis", 'E'}, 'Ï': {"dead_diaeresis", 'I'}, 'Ö': {"dead_diaeresis", 'O'},
	'Ü': {"dead_diaeresis", 'U'},
}

// keysFor is the keys that write a character.
func keysFor(r rune) ([]string, error) {
	if d, ok := dead[r]; ok {
		return []string{d.key, string(d.base)}, nil
	}
	if name, ok := named[r]; ok {
		return []string{name}, nil
	}
	if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return []string{string(r)}, nil
	}
	return nil, fmt.Errorf("xwin: no key writes %q", r)
}
