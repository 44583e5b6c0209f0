package forms

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parvis/desktop/print"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// A request goes onto paper as it is read, and a viewer that is missing is told.
func TestARequestIsPrinted(t *testing.T) {
	kittest.Light(t)
	q := request(portal.NewID(), requests.Submitted, good(lea))
	s := open(t, true, mine(q))
	dir := t.TempDir()
	var opened []string
	var broken error
	s.prints = print.NewTray(dir, func(u *url.URL) error { opened = append(opened, filepath.FromSlash(u.Path)); return broken })
	s.show(screen.To(screen.Request, "id", string(q.ID)))
	s.press("Imprimer la demande")
	if len(opened) != 1 || !strings.HasPrefix(opened[0], dir) {
		t.Fatalf("opened: %q", opened)
	}
	if told := s.ctx.Toasts.Texts(); len(told) != 1 || !strings.Contains(told[0], "lecteur de PDF") {
		t.Errorf("that the viewer is coming is told as %q", told)
	}
	raw, err := os.ReadFile(opened[0])
	if err != nil || !strings.HasPrefix(string(raw), "%PDF-") {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	s.hides("Imprimer la décision")
	s.press("Imprimer l'accusé de réception")
	if len(opened) != 2 || opened[0] == opened[1] {
		t.Fatalf("opened: %q", opened)
	}
	for _, row := range (room{s.ctx, s.desk}).receiptSheet(view.Request{Request: q}).Sections[0].Rows {
		if row.Question == "" || row.Answer == "" {
			t.Errorf("a line of the receipt is %q: %q", row.Question, row.Answer)
		}
	}
	r := room{s.ctx, s.desk}
	shown, _ := s.desk.view.Request(q.ID)
	p, _, _ := s.desk.view.ProcedureOf(shown)
	sheet := r.sheet(shown, p, FormatterOf(r.View, shown))
	said := sheet.Title + sheet.Number + sheet.Intro
	for _, part := range sheet.Sections {
		said += "\n" + part.Title
		for _, row := range part.Rows {
			said += "\n" + row.Question + " " + row.Answer
		}
	}
	said = strings.ReplaceAll(said, "\u00a0", " ")
	for _, want := range []string{"Léa Roy", "2026-000123", "Nom de famille Roy", "Lieu de naissance Besançon", "16 novembre 2026"} {
		if !strings.Contains(said, want) {
			t.Errorf("the sheet says nothing of %q:\n%s", want, said)
		}
	}
	broken = errors.New("no viewer")
	s.press("Imprimer la demande")
	if told := s.ctx.Dialogs.Open(); told != "L'impression n'a pas pu être préparée" {
		t.Errorf("a failure is told as %q", told)
	}
	// What was made is not lost: it is kept where its reader finds it.
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	s.press("Enregistrer le PDF")
	files, err := filepath.Glob(filepath.Join(home, "*.pdf"))
	if err != nil || len(files) != 1 {
		t.Fatalf("in the downloads are %q, %v", files, err)
	}
	if raw, err := os.ReadFile(files[0]); err != nil || !strings.HasPrefix(string(raw), "%PDF-") {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	if told := s.ctx.Toasts.Texts(); !strings.Contains(told[len(told)-1], files[0]) || s.ctx.Dialogs.Open() != "" {
		t.Errorf("it is told as %q, over it is %q", told, s.ctx.Dialogs.Open())
	}
}
