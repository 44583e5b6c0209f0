package exchanges

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/pages/pagestest"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/pick/picktest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func photo(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 60, 80))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// choosing is a thread about Léa's request where files can be chosen.
func choosing(t *testing.T, d *screentest.Desk) (s *stage, settle func()) {
	t.Helper()
	kittest.Light(t)
	s = open(t, d, wide)
	runner, queue := task.NewQueued(nil)
	s.c.Scope = runner.Scope()
	s.choose(screentest.ForLea, "")
	settle = func() {
		t.Helper()
		queue.Settle(runner)
		s.settle()
	}
	settle()
	return s, settle
}

func TestFilesGoWithAMessage(t *testing.T) {
	d := family()
	s, settle := choosing(t, d)
	d.Files.Next = pick.Chosen{Files: []pick.File{picktest.File("quittance.png", photo(t)), picktest.File("notes.txt", []byte("Bonjour."))}}
	kittest.Press(t, s.w, "Joindre un fichier")
	settle()
	s.shows("quittance.png, ", "« notes.txt » : Ce type de fichier ne peut pas être envoyé")
	if len(d.Files.Asked) != 1 || !d.Files.Asked[0].Several {
		t.Errorf("asked %+v", d.Files.Asked)
	}
	// No more than a message carries.
	var six []pick.File
	for range 6 {
		six = append(six, picktest.File("photo.png", photo(t)))
	}
	d.Files.Next = pick.Chosen{Files: six}
	kittest.Press(t, s.w, "Joindre un fichier")
	settle()
	s.shows("Un message porte 5 fichiers au plus")
	if n := len(d.Enclosed(screentest.ForLea)); n != 5 {
		t.Errorf("%d files are held", n)
	}
	for range 4 {
		kittest.Press(t, s.w, "Retirer « photo.png »")
		settle()
	}
	s.hides("photo.png")

	// A thread that is left and opened again has them still.
	s.choose(screentest.ForNoe, "")
	settle()
	s.hides("quittance.png, ")
	s.choose(screentest.ForLea, "")
	settle()
	s.shows("quittance.png, ")
	s.talk.field.SetValue("La voici.")
	s.talk.Send()
	settle()
	sent := s.sent(wire.MessageSend)
	if len(sent) != 1 {
		t.Fatalf("sent %+v", sent)
	}
	m := sent[0].Args.(*wire.SendMessage)
	if len(m.Files) != 1 || m.Files[0].Name != "quittance.png" || len(d.Enclosed(screentest.ForLea)) != 0 {
		t.Fatalf("sent %+v", m)
	}
	s.shows("quittance.png", "En attente d'envoi")
	kittest.Press(t, s.w, "quittance.png")
	if n := len(s.Routes); n == 0 || s.Routes[n-1].String() != screen.To(screen.Attached, "file", string(m.Files[0].File)).String() {
		t.Errorf("a press leads to %v", s.Routes)
	}
	file := wire.MessageFile{ID: m.Files[0].File, Message: m.Message, Request: screentest.ForLea, Name: "quittance.png", Type: documents.PNG, Size: 2048, Scan: documents.Infected}
	s.Accepted(screentest.Row(screentest.Mine, wire.Messages, m.Message, wire.Message{ID: m.Message, Request: screentest.ForLea, N: 1, At: 1, By: "Claire Martel", Text: "La voici."}),
		screentest.Row(screentest.Mine, wire.MessageFiles, file.ID, file))
	s.shows("quittance.png, 2 Ko", "Virus trouvé")
}

// Files that are dropped on the window go with the message of the thread that
// is open, and nowhere while none is.
func TestDroppedFilesGoWithTheMessage(t *testing.T) {
	d := family()
	s, settle := choosing(t, d)
	drop := func(name string) bool {
		t.Helper()
		took := d.Files.Drop(pick.Chosen{Files: []pick.File{picktest.File(name, photo(t)), picktest.File("notes.txt", []byte("Bonjour."))}})
		settle()
		return took
	}
	if !drop("quittance.png") {
		t.Fatal("nobody takes it")
	}
	s.shows("quittance.png, ", "« notes.txt » : Ce type de fichier ne peut pas être envoyé")
	s.choose(screentest.ForNoe, "")
	settle()
	drop("photo.png")
	if lea, noe := d.Enclosed(screentest.ForLea), d.Enclosed(screentest.ForNoe); len(lea) != 1 || len(noe) != 1 || noe[0].Name != "photo.png" {
		t.Errorf("Léa's message has %v, Noé's %v", lea, noe)
	}
	s.show("", "")
	if settle(); drop("perdu.png") {
		t.Error("it is taken while no thread is open")
	}
	s.choose(screentest.ForLea, "")
	settle()
	if s.c.Leave(); drop("perdu.png") {
		t.Error("it is taken after the screen was left")
	}
}

func TestARefusedMessageSaysWhatOfItsFiles(t *testing.T) {
	d := family()
	s, settle := choosing(t, d)
	d.Files.Next = pick.Chosen{Files: []pick.File{picktest.File("quittance.png", photo(t))}}
	kittest.Press(t, s.w, "Joindre un fichier")
	settle()
	s.talk.field.SetValue("La voici.")
	s.talk.Send()
	settle()
	s.Refused(portal.E(documents.ActivePDF, "file"))
	s.shows("Ce message n'est pas parti", "Ce PDF contient un programme", "Les fichiers joints sont à choisir de nouveau.", "La voici.")
}

func TestAFileOfAMessageIsShown(t *testing.T) {
	kittest.Light(t)
	d := family()
	file := wire.MessageFile{ID: "f1", Message: "m1", Request: screentest.ForLea, Name: "quittance.png", Type: documents.PNG, Size: 2048, Scan: documents.Unscanned}
	d.Get(screentest.Row(screentest.Mine, wire.MessageFiles, file.ID, file))
	d.AtTownHall["f1"] = photo(t)
	w := test.NewWindow(nil)
	t.Cleanup(w.Close)
	w.SetPadded(false)
	c := d.Context(w)
	t.Cleanup(c.Leave)
	runner, queue := task.NewQueued(nil)
	c.Scope, c.Documents = runner.Scope(), pagestest.Opener(t)
	w.SetContent(attached(c, d, screen.To(screen.Attached, "file", "f1")).Content)
	w.Resize(wide)
	settle := func() {
		d.Drain()
		queue.Settle(runner)
		kittest.Settle(w)
	}
	shows := func(parts ...string) {
		t.Helper()
		settle()
		kittest.WantShown(t, w, parts...)
	}
	shows("quittance.png", "Page 1 sur 1", "Pas d'antivirus")
	file.Scan = documents.Infected
	d.Get(screentest.Row(screentest.Mine, wire.MessageFiles, file.ID, file))
	shows("Un virus a été trouvé dans ce document")
	d.Get(screentest.Gone(screentest.Mine, wire.MessageFiles, "f1"))
	shows("Ce fichier n'est plus là.")
}

// Nothing is cut with five files in the box, and one with a long name.
func TestFilesFit(t *testing.T) {
	kittest.FitsEverywhere(t, func() fyne.CanvasObject {
		d := family(letter(1, screentest.ForLea, false, "Voici.", 0))
		d.Get(screentest.Row(screentest.Mine, wire.MessageFiles, "f1", wire.MessageFile{ID: "f1", Message: screentest.ForLea + "-1", Request: screentest.ForLea,
			Name: "attestation-d-assurance-responsabilite-civile-2026-2027-definitive.pdf", Type: documents.PDF, Size: 5 << 20, Scan: documents.Pending}))
		for _, name := range []string{"a.png", "quittance-de-loyer-du-mois-de-novembre-2026.png", "b.png", "c.png", "d.png"} {
			if err := d.Enclose(screentest.ForLea, photo(t), name); err != nil {
				t.Fatal(err)
			}
		}
		w := test.NewWindow(nil)
		t.Cleanup(w.Close)
		return openLetters(d.Context(w), d, screen.To(screen.Exchanges, "request", string(screentest.ForLea))).root
	})
}

// However much is written and enclosed, the button that sends is in sight.
func TestWithFilesTheButtonThatSendsStaysInSight(t *testing.T) {
	kittest.Light(t)
	d := family(letter(1, screentest.ForLea, false, "Voici.", 0))
	for _, name := range []string{"reglement-de-la-restauration-scolaire-2025-2026.png", "menu.png"} {
		if err := d.Enclose(screentest.ForLea, photo(t), name); err != nil {
			t.Fatal(err)
		}
	}
	w := test.NewWindow(nil)
	t.Cleanup(w.Close)
	v := NewConversation(d.Context(w), d, screentest.ForLea, false)
	t.Cleanup(v.Close)
	v.Insert("Bonjour,\n\nVoici les deux documents.\nIl en manque un, que j'enverrai demain.\n\nClaire Martel")
	// As narrow and as low as a thread beside an agent's queue in a window of
	// 1024 × 600.
	w.SetContent(v.Content())
	w.Resize(fyne.NewSize(400, 400))
	kittest.Settle(w)
	send := kittest.Find[*kit.Button](w, "Envoyer")
	if at := fyne.CurrentApp().Driver().AbsolutePositionForObject(send); at.Y+send.Size().Height > 400 {
		t.Errorf("the button stands %v down in a thread of 400", at.Y)
	}
}

// A long name would push the box out of the pane; its end is what tells the
// kind of file.
func TestALongNameIsShortenedInTheMiddle(t *testing.T) {
	for name, want := range map[string]string{
		"menu.png": "menu.png",
		"règlement-de-la-restauration-scolaire-2026.pdf": "règlement-de-la-…re-2026.pdf",
		"photographie-de-l-été-01.png":                   "photographie-de-l-été-01.png",
	} {
		if got := shortened(name); got != want {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
}

// However many files go with a message, the button that sends it is in sight in
// the smallest window.
func TestTheButtonThatSendsStaysInSight(t *testing.T) {
	kittest.Light(t)
	d := family(letter(1, screentest.ForLea, false, "Voici.", 0))
	for _, name := range []string{"a.png", "quittance-de-loyer-du-mois-de-novembre-2026.png", "b.png", "c.png", "d.png"} {
		if err := d.Enclose(screentest.ForLea, photo(t), name); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, d, wide, "request", string(screentest.ForLea))
	send := kittest.Find[*kit.Button](s.w, "Envoyer")
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(send).Y
	if top+send.Size().Height > wide.Height || top < wide.Height/2 {
		t.Errorf("it stands from %v to %v in a window of %v", top, top+send.Size().Height, wide.Height)
	}
}
