package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"

	"github.com/xuri/excelize/v2"

	"parvis/shared/portal"
)

// CSV is the statement for any spreadsheet, as Excel in French opens it with a
// double click: a mark that it is UTF-8, semicolons, and decimal commas. Dates
// are written 2026-03-12, which every spreadsheet reads as a date whatever its
// language: 12/03 would be December in an English one. The balance at the end stands
// in its column alone: who adds the amounts up counts nothing twice.
func CSV(s Statement) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = ';', true
	rows := [][]string{columns()}
	row := func(date, what, child, activity, day, by, reason, amount, balance, receipt string) {
		rows = append(rows, []string{date, plain(what), plain(child), plain(activity), day, plain(by), plain(reason), amount, balance, plain(receipt)})
	}
	row("", t("opening"), "", "", "", "", "", "", decimal(s.Opening), "")
	for _, l := range s.Lines {
		row(string(portal.DateOf(l.At)), l.What, l.Child, l.Activity, string(l.Day), l.By, l.Reason, decimal(l.Amount), decimal(l.Balance), l.Receipt)
	}
	row("", t("closing"), "", "", "", "", "", "", decimal(s.Closing), "")
	err := w.WriteAll(rows)
	return out.Bytes(), err
}

// decimal is an amount as a French spreadsheet reads it.
func decimal(m portal.Money) string { return strings.Replace(m.Decimal(), ".", ",", 1) }

// plain keeps a spreadsheet from taking a text for a formula, which could do
// anything there: a name or a reason is somebody else's writing.
func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(s[0])) {
		return "'" + s
	}
	return s
}

// XLSX is the statement as a workbook: dates and amounts are such, so that they
// sort and add up.
func XLSX(s Statement) (data []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	b := book{f: f, sheet: t("sheet")}
	b.do(f.SetSheetName("Sheet1", b.sheet))
	b.do(f.SetDocProps(&excelize.DocProperties{Title: t("title"), Creator: s.Town}))
	head := b.style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	bold := b.style(excelize.Style{Font: &excelize.Font{Bold: true}})
	euros := `#,##0.00 "€";[Red]-#,##0.00 "€"`
	amount := b.style(excelize.Style{CustomNumFmt: &euros})
	sum := b.style(excelize.Style{CustomNumFmt: &euros, Font: &excelize.Font{Bold: true}})
	day := "yyyy-mm-dd"
	date := b.style(excelize.Style{CustomNumFmt: &day, Alignment: &excelize.Alignment{Horizontal: "left"}})
	w, err := f.NewStreamWriter(b.sheet)
	if err != nil {
		return nil, err
	}
	for i, width := range []float64{12, 40, 16, 26, 12, 22, 30, 13, 13, 16} {
		b.do(w.SetColWidth(i+1, i+1, width))
	}
	b.do(w.SetPanes(&excelize.Panes{Freeze: true, YSplit: tableHead, TopLeftCell: "A8", ActivePane: "bottomLeft"}))
	for i, line := range []string{t("title"), s.Town, s.Holder, s.Account, s.Period} {
		style := 0
		if i == 0 {
			style = bold
		}
		b.row(w, excelize.Cell{StyleID: style, Value: line})
	}
	b.row(w)
	var heads []any
	for _, c := range columns() {
		heads = append(heads, excelize.Cell{StyleID: head, Value: c})
	}
	b.row(w, heads...)
	total := func(what string, balance portal.Money) {
		b.row(w, nil, excelize.Cell{StyleID: bold, Value: what}, nil, nil, nil, nil, nil, nil, excelize.Cell{StyleID: sum, Value: euro(balance)})
	}
	total(t("opening"), s.Opening)
	for _, l := range s.Lines {
		at := portal.DateOf(l.At)
		var on any
		if l.Day != "" {
			on = excelize.Cell{StyleID: date, Value: serial(l.Day)}
		}
		b.row(w, excelize.Cell{StyleID: date, Value: serial(at)}, l.What, l.Child, l.Activity, on, l.By, l.Reason,
			excelize.Cell{StyleID: amount, Value: euro(l.Amount)}, excelize.Cell{StyleID: amount, Value: euro(l.Balance)}, l.Receipt)
	}
	total(t("closing"), s.Closing)
	b.do(w.Flush())
	if b.err != nil {
		return nil, b.err
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// tableHead is the row of the heads.
const tableHead = 7

// book keeps the first error of a workbook.
type book struct {
	f     *excelize.File
	sheet string
	at    int
	err   error
}

func (b *book) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *book) style(s excelize.Style) int {
	id, err := b.f.NewStyle(&s)
	b.do(err)
	return id
}

func (b *book) row(w *excelize.StreamWriter, cells ...any) {
	b.at++
	name, err := excelize.CoordinatesToCellName(1, b.at)
	b.do(err)
	b.do(w.SetRow(name, cells))
}

// euro is an amount as a workbook holds numbers: exact in cents as far as any
// account goes.
func euro(m portal.Money) float64 { return float64(m) / 100 }

// serial is a day as a workbook counts them.
func serial(d portal.Date) int { return portal.Date("1899-12-30").DaysUntil(d) }
