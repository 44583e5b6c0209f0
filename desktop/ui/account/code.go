package account

import (
	"strings"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/screen"
)

// codeDigits is the length of the codes by mail and by browser.
const codeDigits = 8

// codeField asks for such a code and groups its digits as one reads them out.
func codeField(c *screen.Context, label, hint string) *kit.Field {
	f := kit.TextField(label).Named("code").Hint(hint).Example("1234 5678").Width(200)
	f.Needed(t("code.missing"))
	f.Rule(func(v string) string {
		if len(digits(v)) != codeDigits || strings.Trim(v, "0123456789 .-\u00a0") != "" {
			return t("code.mistake")
		}
		return ""
	})
	before := ""
	f.OnChanged(func(v string) {
		d := digits(v)
		// Only what is added at the end is put into groups at once: whoever
		// mends a digit in the middle keeps the cursor where it is.
		added := len(d) > len(before) && strings.HasPrefix(d, before) && len(d) <= codeDigits
		before = d
		if added && grouped(d) != v {
			f.SetValue(grouped(d))
			if e := c.Window.Canvas().Focused(); e != nil {
				e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
			}
		}
	})
	f.OnLeft(func(v string) { f.SetValue(grouped(digits(v))) })
	return f
}

// digits is what of a text are digits.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// grouped writes digits in fours.
func grouped(d string) string {
	if len(d) <= codeDigits/2 {
		return d
	}
	return d[:codeDigits/2] + " " + d[codeDigits/2:]
}
