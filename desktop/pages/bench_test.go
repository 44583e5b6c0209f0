package pages_test

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"parvis/desktop/pages"
	"parvis/desktop/pages/pagestest"
)

// resident is how much memory the process has in use, in MB; 0 where the
// system does not tell it this way.
func resident() float64 {
	runtime.GC()
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.ParseFloat(fields[0], 64)
	return kb / 1000
}

// From nothing to a first page, with the engine compiled before: what a person
// waits for at the first document of a day.
func BenchmarkFirstPage(b *testing.B) {
	data := sample(b, 5, false)
	pagestest.Opener(b)
	for b.Loop() {
		o := pages.New(pagestest.Dir(), pages.Fill)
		d, err := o.Open(background, data)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := d.Render(background, 0, 900, 0); err != nil {
			b.Fatal(err)
		}
		d.Close()
		o.Close()
	}
}

// Opening one more document.
func BenchmarkOpen(b *testing.B) {
	data := sample(b, 5, false)
	o := pagestest.Opener(b)
	for b.Loop() {
		d, err := o.Open(background, data)
		if err != nil {
			b.Fatal(err)
		}
		d.Close()
	}
}

// Opening one of as many pages as are taken.
func BenchmarkOpenThousandPages(b *testing.B) {
	data := sample(b, pages.MaxPages, false)
	o := pagestest.Opener(b)
	for b.Loop() {
		d, err := o.Open(background, data)
		if err != nil {
			b.Fatal(err)
		}
		d.Close()
	}
}

// A page of a window's width, and the memory of it all.
func BenchmarkRender(b *testing.B) {
	before := resident()
	o := pagestest.Opener(b)
	d, err := o.Open(background, sample(b, 50, false))
	if err != nil {
		b.Fatal(err)
	}
	page := 0
	for b.Loop() {
		if _, err := d.Render(background, page%50, 900, 0); err != nil {
			b.Fatal(err)
		}
		page++
	}
	open := resident()
	d.Close()
	b.ReportMetric(open-before, "MB-open")
	b.ReportMetric(resident()-before, "MB-closed")
}
