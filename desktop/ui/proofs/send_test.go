package proofs

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/photos"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/pick/picktest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/shared/portal"
)

func photo(w, h int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// paper is a PDF that is taken; besides stands in its trailer.
func paper(besides string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n")
	fmt.Fprintf(&b, "trailer\n<< /Size 3 /Root 1 0 R %s >>\nstartxref\n9\n%%%%EOF\n", besides)
	return b.Bytes()
}

func file(name string, data []byte) pick.File { return picktest.File(name, data) }

func TestADocumentIsSentOnceItIsKnownWhatItIs(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire(t, all()...), room.send, screen.To(screen.SendProof))
	s.press("Envoyer à la mairie")
	s.shows("Choisissez de quel justificatif il s'agit.")
	kind := kittest.Find[*kit.Field](s.w, "De quel justificatif")
	// By the keyboard: what is asked for stands first.
	choose := func(label string) {
		kind.Focus()
		kittest.Key(s.w, fyne.KeyHome)
		for n := 0; kind.Value() == "" || in(KindOf(s.View, kind.Value()).Label) != label; n++ {
			if n == 60 {
				t.Fatalf("there is no %s", label)
			}
			kittest.Key(s.w, fyne.KeyDown)
		}
		s.settle()
	}
	choose("Certificat de vaccinations")
	s.shows("Pour quel enfant ?", "Léa Martel", "Noé Martel")
	s.press("Envoyer à la mairie")
	s.shows("Choisissez l'enfant que ce justificatif concerne.")
	choose("Livret de famille")
	s.hides("Pour quel enfant ?")
	s.press("Envoyer à la mairie")
	s.shows("Choisissez d'abord un fichier")
	s.Files.Next = pick.Chosen{Files: []pick.File{file("livret.pdf", paper("")), file("recu.pdf", paper(" "))}}
	s.press("Choisir des fichiers")
	s.hides("Choisissez d'abord un fichier")
	s.shows("Ces 2 fichiers seront envoyés", "livret.pdf")
	s.press("Envoyer à la mairie")
	if len(s.SentFiles) != 2 || s.SentFiles[0].Kind != "family-book" || s.SentFiles[0].Child != "" || s.SentFiles[0].Name != "livret.pdf" || s.SentFiles[1].Name != "recu.pdf" {
		t.Fatalf("sent %+v", s.SentFiles)
	}
	if len(s.Routes) != 1 {
		t.Errorf("it did not lead back: %v", s.Routes)
	}
}

func TestWhatIsNotTakenIsExplained(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire(t, all()...), room.send, ToSend("vaccinations", screentest.Noe))
	s.shows("Certificat de vaccinations", "Pour Noé", "La mairie a refusé « vaccinations.pdf »", "La page 2 est coupée.")
	s.Files.Next = pick.Chosen{
		Files: []pick.File{file("protege.pdf", paper("/Encrypt 9 0 R")), file("piege.pdf", paper("/OpenAction << /S /JavaScript >>")), file("abime.jpg", photo(40, 40)[:300])},
		Refused: []pick.Refused{{Name: "IMG_0042.HEIC", Err: portal.E(photos.CodeHEIC, "")}, {Name: "lettre.docx", Err: portal.E(pick.CodeType, "")},
			{Name: "scan.pdf", Err: portal.E(pick.CodeLarge, "", "max", "10")}},
	}
	s.press("Choisir des fichiers")
	if w := s.Files.Asked[0]; !w.Several || !w.Reduced || w.Pictures {
		t.Errorf("it asked for %+v", w)
	}
	s.shows("6 fichiers n'ont pas été pris", "protege.pdf : Ce PDF est protégé par un mot de passe", "piege.pdf : Ce PDF contient un programme", "abime.jpg : Cette image est abîmée",
		"IMG_0042.HEIC : Cette photo est au format HEIC", "lettre.docx : La mairie accepte les PDF", "scan.pdf : Ce fichier dépasse 10 Mo")
	s.press("J'ai compris")
	s.hides("n'ont pas été pris")
	s.press("Envoyer à la mairie")
	if len(s.SentFiles) != 0 {
		t.Errorf("sent %+v", s.SentFiles)
	}
}

func TestPhotosBecomeOneDocument(t *testing.T) {
	kittest.Light(t)
	d := claire(t, all()...)
	s := open(t, d, room.send, ToSend("vaccinations", screentest.Noe))
	if !s.Files.Drop(pick.Chosen{Files: []pick.File{file("a.jpg", photo(60, 80)), file("b.jpg", photo(60, 80))}}) {
		t.Fatal("nobody takes what is dropped")
	}
	s.shows("Préparer mes photos", "Page 2 sur 2")
	s.press("Tourner à droite")

	// In another language, and after Escape, nothing done to them is lost.
	kept := s.c.Kept
	s.c.Leave()
	s = open(t, d, func(r room, to screen.Route) screen.Screen { r.Kept = kept; return r.send(to) }, ToSend("vaccinations", screentest.Noe))
	s.shows("Préparer mes photos", "Page 2 sur 2")
	if !s.shown.Escape() {
		t.Fatal("Escape would leave the screen")
	}
	s.shows("2 photos ne sont pas encore préparées")
	if s.shown.Escape() {
		t.Error("Escape does not lead back any more")
	}
	s.press("Envoyer à la mairie")
	s.shows("Préparer mes photos")
	if p := s.c.Kept.(*draft).photos; len(p) != 2 || p[0].Quarters != 1 {
		t.Errorf("of the photos there is left %+v", p)
	}
	s.press("Utiliser ce document")
	s.shows("Ce fichier sera envoyé", "Certificat de vaccinations.pdf", "2 pages")
	s.press("Modifier les photos")
	s.press("Retirer")
	s.press("Utiliser ce document")
	s.shows("1 page")
	s.press("Envoyer à la mairie")
	if len(s.SentFiles) != 1 || s.SentFiles[0].Name != "Certificat de vaccinations.pdf" || s.SentFiles[0].Child != screentest.Noe || !bytes.HasPrefix(s.SentFiles[0].Data, []byte("%PDF-")) {
		t.Fatalf("sent %+v", s.SentFiles)
	}
}

func TestWithoutALineItSaysWhenItLeaves(t *testing.T) {
	kittest.Light(t)
	s := open(t, claire(t, all()...), room.send, ToSend("address-proof", ""))
	s.shows("« address-proof.pdf » attend déjà d'être vérifié")
	s.hides("Pas de connexion")
	s.NoLine = true
	s.Hear()
	s.shows("Pas de connexion", "le justificatif part tout seul")
	s = open(t, claire(t, all()...), room.send, ToSend("identity", ""))
	s.shows("La mairie en a déjà un. Valable jusqu'au 20 février 2030.")
	s.press("C'est un autre justificatif")
	s.shows("De quel justificatif s'agit-il ?")
	// Of a kind that nobody knows one is asked.
	open(t, claire(t), room.send, ToSend("jamais-vu", "")).shows("De quel justificatif s'agit-il ?")
}

func chosenAndRefused(s *stage) {
	s.Files.Next = pick.Chosen{Files: []pick.File{file(strings.Repeat("carnet de santé ", 6)+".pdf", paper(""))},
		Refused: []pick.Refused{{Name: "IMG_0042.HEIC", Err: portal.E(photos.CodeHEIC, "")}}}
	s.press(say("send.choose"))
}
