// Package mails holds the texts of the mails that the server sends: for each
// kind a .txt, whose first line is the subject, and an .html beside it, in
// each language. It knows nothing of who sends them.
package mails

import "embed"

// FS is every text, as LANGUAGE/KIND.txt and LANGUAGE/KIND.html, with the
// foot of each language and the frame around all HTML.
//
//go:embed fr en frame.html
var FS embed.FS
