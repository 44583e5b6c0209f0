// Package help is the help beside a screen: one screenful of plain text for
// each, kept in assets/help by the screen's name in addresses.
package help

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/assets"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
)

// kind is what a block of a help text is.
type kind int

const (
	title kind = iota
	section
	paragraph
	item
)

// block is a piece of a help text.
type block struct {
	kind kind
	text string
}

// parse reads what the texts are written in: a title, sections, paragraphs and
// lists. Lines that follow each other are one paragraph.
func parse(md string) (out []block) {
	open := false // the last block may go on
	for line := range strings.Lines(md) {
		line = strings.TrimSpace(line)
		at := func(k kind, prefix string) {
			out = append(out, block{k, strings.TrimSpace(strings.TrimPrefix(line, prefix))})
		}
		switch {
		case line == "":
			open = false
			continue
		case strings.HasPrefix(line, "## "):
			at(section, "## ")
			open = false
			continue
		case strings.HasPrefix(line, "# "):
			at(title, "# ")
			open = false
			continue
		case strings.HasPrefix(line, "- "):
			at(item, "- ")
		case open:
			out[len(out)-1].text += " " + line
		default:
			at(paragraph, "")
		}
		open = true
	}
	return out
}

// Sheet is the help of a screen, in the language in force; closed is called by
// its cross and by Escape.
type Sheet struct {
	root *arrange.Box
	page *kit.Page
	keys func(*fyne.KeyEvent) bool
}

// New makes the help of a screen, for an agent or anybody else; nil where there
// is none.
func New(route string, agent bool, closed func()) *Sheet {
	read := assets.Help
	if agent {
		read = assets.AgentHelp
	}
	text, there := read(i18n.Language(), route)
	if !there {
		return nil
	}
	cross := kit.NewIconButton("x", i18n.T("help.close", nil), closed)
	head := kit.PadXY(look.M, look.S, kit.Line(look.S, kit.NewIcon("question", look.Link, 22), kit.Grow(kit.Caption(i18n.T("help.title", nil)), 60), cross))
	s := &Sheet{page: kit.NewBarePage(kit.PadXY(look.M, look.S, render(parse(text))))}
	fill, edge := canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	body := arrange.Headed(head, s.page)
	s.root = arrange.New(func(size fyne.Size) {
		fill.FillColor, edge.FillColor = look.Color(look.Card), look.Color(look.Hairline)
		arrange.Put(fill, 0, 0, size.Width, size.Height)
		arrange.Put(edge, 0, 0, 1, size.Height)
		arrange.Put(body, 1, 0, size.Width-1, size.Height)
	}, func(float32) float32 { return look.Px(200) }, fill, edge, body)
	s.keys = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape {
			closed()
			return true
		}
		return false
	}
	return s
}

// Content is what is shown.
func (s *Sheet) Content() fyne.CanvasObject { return s.root }

// Reader is where the keyboard reads it.
func (s *Sheet) Reader() fyne.Focusable { return s.page.Reader(s.keys) }

func render(blocks []block) fyne.CanvasObject {
	var parts []fyne.CanvasObject
	for _, b := range blocks {
		switch b.kind {
		case title, section:
			parts = append(parts, kit.Section(b.text))
		case item:
			parts = append(parts, kit.LineTop(look.S, kit.Body("•"), kit.Grow(kit.Body(b.text), 80)))
		default:
			parts = append(parts, kit.Body(b.text))
		}
	}
	return kit.Column(look.M, parts...)
}
