// Package sample makes answers that a procedure takes, for tests and for
// trying a form out. It knows only the engine, never a procedure: what it
// cannot answer, a person could hardly either.
package sample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// Make makes answers that pass Check: everything that is asked, and with full
// also what may be left out. The same seed makes the same answers. Linked
// children are named from ctx.People; one not linked yet, where ctx knows
// nobody, as fresh.
func Make(p *requests.Procedure, ctx requests.Context, seed uint64, full bool, fresh portal.ID) (requests.Answers, error) {
	var err error
	// An early answer may leave a later question without one: the day of
	// arrival so far off that no day of departure follows it here.
	for try := range uint64(20) {
		m := maker{p: p, ctx: ctx, rand: rand.New(rand.NewPCG(seed, try)), full: full, fresh: fresh, a: requests.Answers{}}
		var a requests.Answers
		if a, err = m.make(); err == nil {
			return a, nil
		}
	}
	return nil, err
}

func (m *maker) make() (requests.Answers, error) {
	p, ctx := m.p, m.ctx
	for i := range p.Pages {
		for j := range p.Pages[i].Fields {
			f := &p.Pages[i].Fields[j]
			if !requests.Shown(p, m.a, ctx).Fields[f.Key] || f.Kind == requests.KindComputed || f.Kind == requests.KindExplanation || f.Kind == requests.KindFile {
				continue
			}
			if err := m.answer(f); err != nil {
				return nil, err
			}
		}
	}
	if wrong := requests.Check(p, m.a, ctx, ""); len(wrong) > 0 {
		return nil, fmt.Errorf("sample: %s: %w", p.ID, wrong[0])
	}
	return requests.Clean(p, m.a, ctx), nil
}

type maker struct {
	p     *requests.Procedure
	ctx   requests.Context
	rand  *rand.Rand
	full  bool
	fresh portal.ID
	a     requests.Answers
}

// answer tries what could be an answer until the rules find nothing wrong with
// it.
func (m *maker) answer(f *requests.Field) error {
	if !f.Required && f.MinRow == 0 && !m.full && len(f.Check) == 0 {
		return nil
	}
	tries := m.candidates(f)
	if !f.Required {
		tries = append(tries, nil)
	}
	var last error
	for _, v := range tries {
		if v == nil {
			delete(m.a, f.Key)
		} else {
			m.a[f.Key] = v
		}
		if last = m.wrong(f.Key); last == nil {
			return nil
		}
	}
	return fmt.Errorf("sample: %s: nothing answers %s: %w", m.p.ID, f.Key, last)
}

// wrong is what the rules say about one field, its entries among it.
func (m *maker) wrong(key string) error {
	for _, e := range requests.Check(m.p, m.a, m.ctx, "") {
		if e.Field == key || strings.HasPrefix(e.Field, key+"[") || strings.HasPrefix(e.Field, key+".") {
			return e
		}
	}
	return nil
}

func (m *maker) candidates(f *requests.Field) []any {
	switch f.Kind {
	case requests.KindName:
		return m.any("Amandine", "Théophile", "Le Goff", "N'Diaye", "Anne-Sophie")
	case requests.KindText:
		return m.fit(f, "Besançon", "place du Marché, devant le numéro 4", "Française", "Berger allemand", "250268500123456", "Boulangère", "Fête des voisins du quartier de la gare")
	case requests.KindLongText:
		return m.fit(f, "Merci de me prévenir par téléphone.\nJe suis là le matin.", "Une phrase assez longue pour dire ce qui est demandé, et pourquoi cela l'est.")
	case requests.KindNumber, requests.KindMoney:
		return m.numbers(f)
	case requests.KindDate:
		return m.dates()
	case requests.KindMonth:
		return m.any("2026-03", "2027-01")
	case requests.KindTime:
		return m.any("09:00", "17:30", "12:00", "18:00", "22:00")
	case requests.KindYesNo:
		if m.rand.IntN(2) == 0 {
			return []any{false, true}
		}
		return []any{true, false}
	case requests.KindChoice:
		return m.choices(f)
	case requests.KindSeveral:
		var out []any
		all := m.choices(f)
		for n := range len(all) {
			out = append(out, append([]any{}, all[:n+1]...))
		}
		return out
	case requests.KindAddress:
		a := accounts.Address{Line1: "18 rue Haute", Postcode: "25320", City: "Saint-Aubin-sur-Vesle", Country: accounts.France}
		return []any{a}
	case requests.KindPerson:
		return m.people(f)
	case requests.KindPhone:
		return m.any("06 39 98 01 07", "+33639980112")
	case requests.KindMail:
		return m.any("amandine@exemple.fr")
	case requests.KindIBAN:
		return m.any("FR76 3000 6000 0112 3456 7890 189")
	case requests.KindPlate:
		return m.any("AB-123-CD", "ab 456 cd")
	case requests.KindParcel:
		return m.any("AB 123", "0A12")
	case requests.KindGroup:
		return m.groups(f)
	}
	return nil
}

// any is the candidates in an order of the seed's.
func (m *maker) any(of ...any) []any {
	m.rand.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
	return of
}

// fit is texts cut or lengthened to what a field takes.
func (m *maker) fit(f *requests.Field, of ...any) []any {
	out := m.any(of...)
	for i := range out {
		r := []rune(out[i].(string))
		for len(r) < f.MinLen {
			r = append(r, []rune(" et encore")...)
		}
		if f.MaxLen > 0 && len(r) > f.MaxLen {
			r = []rune(strings.TrimSpace(string(r[:f.MaxLen])))
		}
		out[i] = string(r)
	}
	return out
}

func (m *maker) numbers(f *requests.Field) []any {
	least, most := 1.0, 60.0
	if f.Min != nil {
		least = *f.Min
		most = math.Max(most, least)
	}
	if f.Max != nil {
		most = *f.Max
		least = math.Min(least, most)
	}
	middle := math.Floor(least + (most-least)*m.rand.Float64())
	return []any{math.Max(least, middle), least, most}
}

func (m *maker) dates() []any {
	t := m.ctx.Today
	out := m.any(t.Add(40), t.Add(47), t.Add(61), t.Add(-400), t.Add(-3000), t.Add(-6200), t.Add(-7500), t.Add(-26000), t.Add(-30), t.Add(-4), t, t.Add(20))
	for i := range out {
		out[i] = string(out[i].(portal.Date))
	}
	return out
}

func (m *maker) choices(f *requests.Field) []any {
	all := f.Choices
	if f.Source != "" {
		all = m.ctx.Sources[f.Source]
	}
	var out []any
	for _, c := range all {
		out = append(out, c.ID)
	}
	return m.any(out...)
}

func (m *maker) people(f *requests.Field) []any {
	var out []any
	for _, id := range m.ctx.People {
		out = append(out, string(id))
	}
	if f.New {
		if m.fresh != "" {
			out = append([]any{string(m.fresh)}, out...)
		}
		out = append(out, requests.New)
	}
	return out
}

// groups is lists of entries, from the fewest to some; each question of an
// entry is answered by its first candidate, and the entries are tried as they
// come.
func (m *maker) groups(f *requests.Field) []any {
	least := f.MinRow
	if f.Required || m.full {
		least = max(least, 1)
	}
	var out []any
	for range 12 {
		rows := []any{}
		for range min(max(least, 1)+m.rand.IntN(2), f.MaxRow) {
			entry := map[string]any{}
			for i := range f.Fields {
				sub := &f.Fields[i]
				if !sub.Required && !m.full && sub.Kind != requests.KindYesNo {
					continue
				}
				if c := m.candidates(sub); len(c) > 0 {
					entry[sub.Key] = c[0]
				}
			}
			rows = append(rows, m.within(f, len(rows), entry))
		}
		out = append(out, rows)
	}
	return out
}

// within puts right what in an entry does not fit, one question at a time.
func (m *maker) within(f *requests.Field, at int, entry map[string]any) map[string]any {
	before := m.a[f.Key]
	defer func() { m.a[f.Key] = before }()
	for i := range f.Fields {
		sub := &f.Fields[i]
		if _, given := entry[sub.Key]; !given {
			continue
		}
		for _, v := range m.candidates(sub) {
			m.a[f.Key] = []any{entry}
			if m.wrong(f.Key+"[0]."+sub.Key) == nil {
				break
			}
			entry[sub.Key] = v
		}
	}
	return entry
}
