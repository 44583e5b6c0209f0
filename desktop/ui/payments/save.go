package payments

import (
	"context"
	"net/url"
	"path/filepath"

	"parvis/desktop/export"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
)

// format is a way to write the statement out.
type format struct {
	name, icon, ext string
	make            func(export.Statement) ([]byte, error)
}

var formats = []format{
	{"pdf", "file-pdf", ".pdf", export.PDF},
	{"xlsx", "file-text", ".xlsx", export.XLSX},
	{"csv", "file", ".csv", export.CSV},
}

// saves is the menu of what the statement is written out as.
func (o *statement) saves() (items []kit.MenuItem) {
	for _, f := range formats {
		items = append(items, kit.MenuItem{Icon: f.icon, Label: t("saving." + f.name), Do: func() { o.write(f) }})
	}
	return items
}

// write writes the statement as it is on the screen into the person's downloads,
// beside the window, and says where it is.
func (o *statement) write(f format) {
	out := o.export()
	name := t("saving.file", "Date", string(o.c.View.Today())) + f.ext
	screen.Run(o.c, "statement", func(context.Context) (string, error) {
		data, err := f.make(out)
		if err != nil {
			return "", err
		}
		return saveFile(name, data)
	}, func(path string, err error) {
		if err != nil {
			o.strip.Say(look.ToneError, t("saving.failed"), "", nil)
			return
		}
		o.strip.Say(look.ToneSuccess, t("saving.done", "Path", path), t("saving.open"), func() { o.c.Browse(folderOf(path)) })
	})
}

// folderOf is the address of the folder in which a file is.
func folderOf(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Dir(path))}).String()
}

// saveFile is where files go; tests keep them elsewhere.
var saveFile = pick.Save

// export is the statement in words, without what waits: it is what the town
// hall has.
func (o *statement) export() export.Statement {
	v := o.c.View
	town, _ := v.Town()
	me, _ := v.Me()
	out := export.Statement{
		Town: town.Name, Holder: me.FirstName + " " + me.LastName, Period: periodName(o.period, v.Today()), Made: v.Now().In(portal.Paris),
		Opening: o.is.Opening, In: o.is.In, Out: o.is.Out, Closing: o.is.Closing, Lines: make([]export.Line, 0, len(o.is.Lines)),
	}
	if len(v.Balances()) > 1 {
		out.Account = screen.CashDeskName(v, o.desk)
	}
	w := o.words
	names, titles := map[portal.ID]string{}, map[portal.ID]string{}
	for _, l := range o.is.Lines {
		if _, had := names[l.Child]; !had && l.Child != "" {
			names[l.Child] = w.child(l.Child)
		}
		if _, had := titles[l.Activity]; !had && l.Activity != "" {
			titles[l.Activity], _ = w.activity(l.Activity)
		}
		out.Lines = append(out.Lines, export.Line{
			At: instant(l.At), What: w.title(l.Movement), Child: names[l.Child], Activity: titles[l.Activity], Day: l.Day, By: l.By, Reason: why(l.Movement), Receipt: l.Receipt,
			Amount: l.Amount, Balance: l.Balance,
		})
	}
	return out
}
