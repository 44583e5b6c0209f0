package requests

import (
	"fmt"
	"strings"
	"testing"

	"parvis/shared/portal"
)

// plain writes values in a way that shows which of its methods was called.
type plain struct{}

func (plain) Lang() string                     { return "fr" }
func (plain) Date(d portal.Date) string        { return "date " + string(d) }
func (plain) Month(m string) string            { return "month " + m }
func (plain) Time(t string) string             { return "time " + t }
func (plain) Money(m portal.Money) string      { return m.Decimal() + " €" }
func (plain) Number(n float64) string          { return fmt.Sprint(n) }
func (plain) YesNo(b bool) string              { return map[bool]string{true: "Oui", false: "Non"}[b] }
func (plain) Phone(p string) string            { return "phone " + p }
func (plain) Person(id string) string          { return "person " + id[:4] }
func (plain) Document(id string) string        { return "document " + id[:4] }
func (plain) Sourced(source, id string) string { return source + " " + id }

func write(sections []RecapSection) string {
	var b strings.Builder
	for _, s := range sections {
		fmt.Fprintf(&b, "## %s %s\n", s.Page, s.Title)
		for _, l := range s.Lines {
			mark := ""
			if l.Heading {
				mark = "# "
			}
			fmt.Fprintf(&b, "%s%s = %s\n", mark, l.Path, strings.ReplaceAll(l.Answer, "\n", "/"))
		}
	}
	return b.String()
}

func TestRecap(t *testing.T) {
	const want = `## one Une
line = Bonjour
story = Une/histoire
who = N'Diaye
amount = 12.5
price = 12.50 €
born = date 2019-03-12
leaves = date 2026-09-15
month = month 2026-03
hour = time 08:30
wants = Oui
pick = Bé
many = Ix, Zède
site = sites jules-ferry
## two Deux
home = 4 rue des Tilleuls/25320 Saint-Aubin-sur-Vesle
child = person 0197
call = phone +33612345678
mail = claire@exemple.fr
account = FR76 3000 6000 0112 3456 7890 189
plate = AB-123-CD
land = AB 123
paper = document 0197
detail = more
deeper = still
total = 25 m²
# rows[0] = 
rows[0].name = Léa
rows[0].flag = Oui
rows[0].line = oui
# rows[1] = 
rows[1].name = Tom
rows[1].flag = 
## three Trois
must = Oui
`
	p := everything(t)
	if got := write(Recap(p, answers(t, good), context(), plain{})); got != want {
		t.Fatalf("reads\n%s", got)
	}
	a := answers(t, good)
	a["wants"], a["born"], a["hour"] = false, "12 mars", "8 heures"
	got := write(Recap(p, a, context(), plain{}))
	if strings.Contains(got, "home") || !strings.Contains(got, "born = 12 mars") || !strings.Contains(got, "hour = 8 heures") {
		t.Fatalf("a draft reads\n%s", got)
	}
	if got := write(Recap(p, Answers{"wants": true}, context(), plain{})); !strings.Contains(got, "rows = \n") || !strings.Contains(got, "home = \n") {
		t.Fatalf("empty answers read\n%s", got)
	}
}
