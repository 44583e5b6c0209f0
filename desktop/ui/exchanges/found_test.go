package exchanges

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screentest"
	"parvis/shared/wire"
)

// long is a thread of forty messages, of which one has a word of its own.
func long(word string, at int64) []wire.Change {
	var out []wire.Change
	for n := int64(1); n <= 40; n++ {
		text := fmt.Sprintf("Message numéro %d.", n)
		if n == at {
			text = word
		}
		out = append(out, letter(n, screentest.ForLea, n%2 == 0, text, 5))
	}
	return out
}

// inSight tells whether a text stands within the thread that is seen.
func (s *stage) inSight(text string) bool {
	s.t.Helper()
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(s.talk.page)
	for _, o := range kittest.All[*canvas.Text](s.w) {
		at := driver.AbsolutePositionForObject(o)
		if o.Text == text && at.X >= top.X && at.Y >= top.Y && at.Y+o.Size().Height <= top.Y+s.talk.page.Size().Height {
			return true
		}
	}
	return false
}

// A message that was looked for is in sight and says that it was found, with
// the keyboard on the thread; a while later the mark is gone and the place is the
// same. Without one a thread opens at its end.
func TestAThreadOpensAtTheMessageThatWasFound(t *testing.T) {
	kittest.Light(t)
	for _, at := range []int64{1, 7, 39} {
		d := family(long("La vaccination de rappel.", at)...)
		s := open(t, d, wide, "request", string(screentest.ForLea), "message", string(screentest.ForLea)+"-"+string(rune('0'+at)))
		s.settle()
		if !s.inSight("La vaccination de rappel.") || !s.inSight("Trouvé") {
			t.Errorf("message %d is not in sight, or not marked", at)
		}
		if at < 30 && s.inSight("Message numéro 40.") {
			t.Errorf("with message %d the end is in sight", at)
		}
		before := s.talk.page.Offset()
		s.talk.unmark()
		s.settle()
		if s.hides("Trouvé"); s.talk.page.Offset() != before || !s.inSight("La vaccination de rappel.") {
			t.Errorf("message %d is left when its mark goes", at)
		}
	}
	s := open(t, family(long("La vaccination de rappel.", 7)...), wide, "request", string(screentest.ForLea))
	s.settle()
	if s.hides("Trouvé"); !s.inSight("Message numéro 40.") {
		t.Error("a thread does not open at its end")
	}
	s = open(t, family(long("La vaccination de rappel.", 7)...), wide, "request", string(screentest.ForLea), "message", "gone")
	s.settle()
	if s.hides("Trouvé"); !s.inSight("Message numéro 40.") {
		t.Error("without the message a thread does not open at its end")
	}
}

// It stays in sight when the window becomes narrower, unless somebody has
// scrolled on.
func TestAFoundMessageStaysInSight(t *testing.T) {
	kittest.Light(t)
	s := open(t, family(long("La vaccination de rappel.", 20)...), wide, "request", string(screentest.ForLea), "message", string(screentest.ForLea)+"-D")
	s.settle()
	s.w.Resize(fyne.NewSize(460, 600))
	s.settle()
	if !s.inSight("La vaccination de rappel.") {
		t.Error("it is lost in a narrower window")
	}
	s.talk.page.SetOffset(0)
	s.w.Resize(wide)
	s.settle()
	if s.talk.page.Offset() != 0 {
		t.Error("whoever has scrolled on is brought back")
	}
}

// The search in Messages shows the message that has the words, and opens the
// thread there.
func TestTheSearchLeadsToTheMessage(t *testing.T) {
	kittest.Light(t)
	s := open(t, family(long("Le vaccin : la page est illisible.", 7)...), wide)
	s.shows("Message numéro 40.")
	s.search.SetText("illisible")
	s.shows("Le vaccin : la page est illisible.")
	s.hides("Message numéro 40.")
	kittest.Find[*kit.Row](s.w, "Léa Martel").Tapped(nil)
	s.settle()
	if s.letters.open != screentest.ForLea || !s.inSight("Trouvé") {
		t.Errorf("%q is open, and its message not in sight", s.letters.open)
	}
	// Words of the request alone lead to the end.
	s.search.SetText("léa")
	s.settle()
	s.choose(screentest.ForLea, "")
	s.settle()
	s.hides("Trouvé")
	if !s.inSight("Message numéro 40.") {
		t.Error("the thread does not open at its end")
	}
}

// What one answers to stays in sight while the box grows; who reads further up
// stays there.
func TestTheEndOfAThreadStaysInSightWhileTheBoxGrows(t *testing.T) {
	kittest.Light(t)
	s := open(t, family(long("Bonjour.", 1)...), wide, "request", string(screentest.ForLea))
	s.settle()
	write := func(text string) float32 {
		before := s.talk.page.Size().Height
		s.talk.Insert(text)
		s.settle()
		return before - s.talk.page.Size().Height
	}
	if grown := write("un\ndeux\ntrois\nquatre\ncinq\nsix"); grown <= 0 || !s.inSight("Message numéro 40.") {
		t.Errorf("the box took %v, the end is in sight: %v", grown, s.inSight("Message numéro 40."))
	}
	s.talk.page.SetOffset(0)
	write("\nsept\nhuit\nneuf\ndix")
	if at := s.talk.page.Offset(); at != 0 {
		t.Errorf("who reads the beginning is led to %v", at)
	}
}
