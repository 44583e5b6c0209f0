package account

import (
	"strings"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/screen"
)

// codeDigits is the length of the codes by mail and by browser.
const codeDigits = 8

// codeField asks for such a code and groups its digits as one reads them out.
func codeField(_ *screen.Context, label, hint string) *kit.Field {
	f := kit.TextField(label).Named("code").Hint(hint).Example("1234 5678").Width(200)
	f.Needed(t("code.missing"))
	f.Rule(func(v string) string {
		if len(digits(v)) != codeDigits || strings.Trim(v, "0123456789 .-\u00a0") != "" {
			return t("code.mistake")
		}
		return ""
	})
	// Grouped once it is left, not while it is typed: a text that changes under
	// the fingers loses letters of whoever types fast.
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
