package forms

import (
	"encoding/json"
	"os"
	"testing"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
)

// everything is the engine's own example with all kinds of fields.
func everything(t *testing.T) (*requests.Procedure, wire.Change) {
	t.Helper()
	data, err := os.ReadFile("../../../shared/requests/testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := requests.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return p, wire.Change{Feed: wire.TownFeed, Collection: wire.Procedures, Entity: portal.ID(p.ID), Seq: 1, Body: json.RawMessage(data)}
}

// Whatever a field's kind, what stands in its boxes is what is answered, and
// what is answered is what stands in its boxes.
func TestEveryKindShowsAndTakesItsAnswer(t *testing.T) {
	kittest.Light(t)
	_, row := everything(t)
	s := open(t, true, row)
	values := map[requests.Kind]any{
		requests.KindText: "Salle des fêtes", requests.KindLongText: "Une ligne\net une autre", requests.KindName: "Martel", requests.KindNumber: 12.5,
		requests.KindDate: "2027-03-12", requests.KindMonth: "2027-03", requests.KindTime: "08:30", requests.KindMoney: 1250.0, requests.KindYesNo: true,
		requests.KindPhone: "+33612345678", requests.KindMail: "anne@exemple.fr", requests.KindIBAN: "FR7630006000011234567890189",
		requests.KindPlate: "AB-123-CD", requests.KindParcel: "AB 123", requests.KindPerson: string(lea),
		requests.KindAddress: map[string]any{"line1": "4 rue des Tilleuls", "line2": "", "postcode": "25320", "city": "Saint-Aubin", "country": "France"},
	}
	typed := map[requests.Kind]string{requests.KindNumber: "12,5", requests.KindMoney: "12,50", requests.KindPhone: "06 12 34 56 78"}
	for kind, v := range values {
		field := requests.Field{Key: "one", Kind: kind, Required: true, Decimals: 2, Label: requests.Text{FR: "Question", EN: "Question"}}
		p := &requests.Procedure{ID: "one", Pages: []requests.Page{{Key: "page", Fields: []requests.Field{field}}}}
		s.show(screen.To(screen.Home))
		f := &filling{room: room{s.ctx, s.desk}, p: p, draft: newDraft(portal.NewID(), p), ctx: room{s.ctx, s.desk}.context("")}
		f.at = step{key: "page", page: &p.Pages[0], fields: []*requests.Field{&p.Pages[0].Fields[0]}}
		f.keep = newKeeper(f.room, f.draft, func(error) {})
		f.draft.Answers["one"] = v
		q := newQuestion(f, f.at.fields[0], top{f})
		f.questions = []*question{q}
		kittest.Window(t, q.box, fyne.NewSize(700, 500))
		q.store()
		clean := requests.Clean(p, f.draft.Answers, f.ctx)
		if got, want := string(clean.Encode()), string(requests.Answers{"one": v}.Encode()); got != want {
			t.Errorf("%s: %s became %s", kind, want, got)
		}
		if want := typed[kind]; want != "" && q.parts[0].Value() != want {
			t.Errorf("%s shows %q, not %q", kind, q.parts[0].Value(), want)
		}
		if es := requests.Check(p, f.draft.Answers, f.ctx, ""); len(es) > 0 {
			t.Errorf("%s: %v", kind, es)
		}
	}
}

func TestTimesAreReadAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]string{"8h30": "08:30", "8 h 30": "08:30", "8:30": "08:30", "08.30": "08:30", "14h": "14:00", "25:00": "25:00", "midi": "midi", "8:3": "8:3"} {
		if got := clock(in); got != want {
			t.Errorf("%q is read as %q", in, got)
		}
	}
}

// Every page of every procedure of the catalogue, and of the engine's own
// example, can be shown, judged and explained, whether or not it is open on
// line today.
func TestEveryPageOfTheCatalogueCanBeFilledIn(t *testing.T) {
	kittest.Light(t)
	extra, row := everything(t)
	s := open(t, true, row)
	for i, p := range append(s.desk.view.Procedures(), extra) {
		// The languages take turns: that both are complete is the catalogue's
		// own test.
		i18n.SetLanguage(i18n.Languages()[i%2])
		a := requests.Answers{}
		if f := choosesPerson(p); f != nil {
			a[f.Key] = string(lea)
		}
		for _, st := range steps(p, a, room{&screen.Context{View: s.desk.view}, s.desk}.context("")) {
			s.page(t, p, a, st.key)
		}
	}
}

// page shows one step of a form and presses its main button.
func (s *stage) page(t *testing.T, p *requests.Procedure, a requests.Answers, key string) {
	t.Helper()
	s.show(screen.To(screen.Home))
	d := newDraft(portal.NewID(), p)
	d.Answers = a
	f := &filling{room: room{s.ctx, s.desk}, p: p, draft: d}
	f.ctx = f.context(d.Fresh)
	f.keep = newKeeper(f.room, d, f.told)
	f.find(key)
	if f.at.key != key {
		t.Errorf("%s: asked for %s, %s is shown", p.ID, key, f.at.key)
	}
	s.window.SetContent(f.screen(false).Content)
	s.settle()
	for _, text := range kittest.Texts(s.window) {
		if len(text) > 1 && text[0] == '[' {
			t.Errorf("%s, %s: a text is missing: %s", p.ID, key, text)
		}
	}
	if key == stepRecap || key == stepPerson {
		return
	}
	want := len(f.judgement())
	f.check()
	var list []problem
	for _, q := range f.questions {
		q.judge(f.judgement(), &list)
	}
	// Nothing that the rules find may be left untold: one would press in vain.
	if len(list) < want {
		t.Errorf("%s, %s: %d mistakes, %d told: %v", p.ID, key, want, len(list), f.judgement())
	}
	for _, pr := range list {
		if pr.label == "" || pr.text == "" || pr.text[0] == '[' {
			t.Errorf("%s, %s: a mistake reads %q %q", p.ID, key, pr.label, pr.text)
		}
		pr.jump()
		if s.window.Canvas().Focused() == nil {
			t.Errorf("%s, %s: %q leads nowhere", p.ID, key, pr.label)
		}
	}
}

func TestComputedFieldsFollowTheAnswers(t *testing.T) {
	kittest.Light(t)
	s := open(t, true)
	p, ok := s.desk.view.Procedure("occupation-voirie")
	if !ok {
		t.Fatal("no such procedure")
	}
	page, _ := p.FieldAt("area")
	s.page(t, p, requests.Answers{}, page.Key)
	s.typeIn("Longueur", "3,5")
	s.typeIn("Largeur", "2")
	s.shows("7 m²")
}
