package requests

import (
	"regexp"

	"github.com/expr-lang/expr/vm"

	"parvis/shared/accounts"
)

// Text is a text in every language of the portal.
type Text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// In is the text in a language, French when there is none in it.
func (t Text) In(lang string) string {
	if lang == "en" && t.EN != "" {
		return t.EN
	}
	return t.FR
}

// Empty reports whether there is no text at all.
func (t Text) Empty() bool { return t.FR == "" && t.EN == "" }

// Procedure is something that can be asked of the town hall: a form as data,
// and what one must know before starting it. Make one with Parse: its
// expressions are compiled there. It is never changed afterwards, so that it
// may be read from anywhere at once.
type Procedure struct {
	ID      string        `json:"id"`
	Version int           `json:"version"` // raised whenever the form changes: a request keeps the one it was made with
	Group   string        `json:"group"`   // where it stands in the list of procedures
	Desk    accounts.Desk `json:"desk"`    // the service that handles it

	Title       Text `json:"title"`
	Summary     Text `json:"summary"`     // one line under the title
	Explanation Text `json:"explanation"` // what it is, who may ask, what happens
	Duration    Text `json:"duration"`    // how long filling it in takes
	Delay       Text `json:"delay"`       // when the town hall answers
	Legal       Text `json:"legal"`       // the law it rests on and what becomes of the data

	// Online tells whether it can be submitted here. AtTownHall says how it is
	// done without: always there when it cannot, else for who would rather come.
	Online     bool `json:"online"`
	AtTownHall Text `json:"atTownHall,omitzero"`
	// InPerson is what the law still wants somebody to come for, where sending
	// the form is only the first part: told before the form is begun.
	InPerson Text `json:"inPerson,omitzero"`
	// AnswerWithin is how long the town hall takes at most, for the date that
	// the time line tells; without one no date is told.
	AnswerWithin Span `json:"answerWithin,omitzero"`
	// GraceDays is for how many days a form begun with the version before may
	// still be sent; not said, it is thirty.
	GraceDays *int `json:"graceDays,omitempty"`
	// About says whom a request is about, where no child is made of it.
	About *About `json:"about,omitempty"`
	// Letter is the decision written out, with merge fields; see Merge.
	Letter Text `json:"letter,omitzero"`

	Documents []DocumentAsked `json:"documents,omitempty"`
	Synonyms  []string        `json:"synonyms,omitempty"` // other words people search it by
	Pages     []Page          `json:"pages"`

	// Appointment says where somebody comes by appointment; nil where nobody does.
	Appointment *Appointment `json:"appointment,omitempty"`

	// OnAccept is what accepting a request makes; nil for a decision alone.
	OnAccept *Effect `json:"onAccept,omitempty"`
}

// DocumentAsked is a supporting document that a procedure wants.
type DocumentAsked struct {
	Kind          string `json:"kind"`
	Indispensable bool   `json:"indispensable,omitempty"` // without it the request cannot be sent
	When          string `json:"when,omitempty"`          // asked for only when this holds
	Note          Text   `json:"note,omitzero"`

	when *vm.Program
}

// DocumentKind is a kind of supporting document, by whatever procedure it is
// asked for.
type DocumentKind struct {
	ID          string `json:"id"`
	Label       Text   `json:"label"`
	Explanation Text   `json:"explanation,omitzero"`

	// How long one serves: a number of months, until the school year ends, or
	// until the date that stands on it; none of them is for ever.
	Months     int  `json:"months,omitempty"`
	SchoolYear bool `json:"schoolYear,omitempty"`
	OwnDate    bool `json:"ownDate,omitempty"`

	// Child: where a request is about a child, the document is that child's own
	// and serves no other's.
	Child bool `json:"child,omitempty"`
}

// Group is a heading in the list of procedures.
type Group struct {
	ID    string `json:"id"`
	Label Text   `json:"label"`
	Icon  string `json:"icon"` // the name of a Phosphor icon
}

// Page is what stands on one screen of a form.
type Page struct {
	Key         string  `json:"key"`
	Title       Text    `json:"title"`
	Explanation Text    `json:"explanation,omitzero"`
	When        string  `json:"when,omitempty"` // over the fields of earlier pages
	Fields      []Field `json:"fields"`

	when *vm.Program
}

// Kind is what a field asks for. It decides the widget, the form of the
// answer and how it is judged; see Answers for the forms.
type Kind string

// The kinds of fields.
const (
	KindText        Kind = "text"
	KindLongText    Kind = "longtext"
	KindName        Kind = "name" // of a person: letters of any script
	KindNumber      Kind = "number"
	KindDate        Kind = "date"
	KindMonth       Kind = "month"
	KindTime        Kind = "time"
	KindMoney       Kind = "money"
	KindYesNo       Kind = "yesno"
	KindChoice      Kind = "choice"
	KindSeveral     Kind = "several"
	KindAddress     Kind = "address"
	KindPerson      Kind = "person"
	KindPhone       Kind = "phone"
	KindMail        Kind = "mail"
	KindIBAN        Kind = "iban"
	KindPlate       Kind = "plate"
	KindParcel      Kind = "parcel"
	KindFile        Kind = "file"
	KindGroup       Kind = "group"
	KindComputed    Kind = "computed"
	KindExplanation Kind = "explanation"
)

// Kinds is every kind of field.
var Kinds = []Kind{
	KindText, KindLongText, KindName, KindNumber, KindDate, KindMonth, KindTime, KindMoney,
	KindYesNo, KindChoice, KindSeveral, KindAddress, KindPerson, KindPhone, KindMail, KindIBAN,
	KindPlate, KindParcel, KindFile, KindGroup, KindComputed, KindExplanation,
}

// asks reports whether a field of the kind takes an answer.
func (k Kind) asks() bool { return k != KindComputed && k != KindExplanation }

// Field is one question of a form, or a text between questions.
type Field struct {
	Key      string `json:"key"`
	Kind     Kind   `json:"kind"`
	Label    Text   `json:"label"`         // the question; of an explanation, the text
	Hint     Text   `json:"hint,omitzero"` // the rule, told before
	Required bool   `json:"required,omitempty"`
	Health   bool   `json:"health,omitempty"` // about somebody's health: kept out of logs, shown to few

	MinLen   int      `json:"minLen,omitempty"` // characters, of texts
	MaxLen   int      `json:"maxLen,omitempty"` // characters, of texts; 0 is the kind's own
	Min      *float64 `json:"min,omitempty"`    // of numbers; of money in cents
	Max      *float64 `json:"max,omitempty"`
	Decimals int      `json:"decimals,omitempty"` // digits after the comma, of numbers
	Unit     Text     `json:"unit,omitzero"`      // told beside a number
	Range    Range    `json:"range,omitempty"`    // of dates
	New      bool     `json:"new,omitempty"`      // of persons: one not linked yet may be named
	Document string   `json:"document,omitempty"` // of files: the kind of document
	Fill     Fill     `json:"fill,omitempty"`     // what of the account is offered as its answer
	Reuse    Reuse    `json:"reuse,omitempty"`    // for whom an earlier answer may be offered again

	Choices []Choice `json:"choices,omitempty"`
	Source  string   `json:"source,omitempty"` // choices from the town's data: "sites"

	Fields []Field `json:"fields,omitempty"` // of a group: the questions of each entry
	Item   Text    `json:"item,omitzero"`    // of a group: what one entry is called
	MinRow int     `json:"minRows,omitempty"`
	MaxRow int     `json:"maxRows,omitempty"`

	When    string `json:"when,omitempty"`    // asked only when this holds; over earlier fields
	Check   []Rule `json:"check,omitempty"`   // rules of its own; over all fields, and "value"
	Compute string `json:"compute,omitempty"` // of computed fields; over earlier fields
	Result  Kind   `json:"result,omitempty"`  // of computed fields: number, money, text, date or yesno

	when, compute *vm.Program
}

// Range tells on which side of today a date lies. Today is on both.
type Range string

// The ranges of dates.
const (
	Past   Range = "past"
	Future Range = "future"
)

// Choice is one of the answers offered.
type Choice struct {
	ID    string `json:"id"`
	Label Text   `json:"label"`
}

// Rule is a rule of a procedure for one field: an expression that must hold
// once the field is answered, and the sentence that says what to do.
type Rule struct {
	Expr    string `json:"expr"`
	Message Text   `json:"message"`

	expr *vm.Program
}

// Page is the page of a key, or nil.
func (p *Procedure) Page(key string) *Page {
	for i := range p.Pages {
		if p.Pages[i].Key == key {
			return &p.Pages[i]
		}
	}
	return nil
}

var pathForm = regexp.MustCompile(`^([A-Za-z0-9]+)(?:\[([0-9]{1,3})\])?(?:\.([A-Za-z0-9]+))?`)

// FieldAt is the field that a path of an error is about ("guardians[1].phone",
// "home.postcode"), and the page it stands on: where to jump, and what to call
// it. Both are nil for a path that leads nowhere.
func (p *Procedure) FieldAt(path string) (*Page, *Field) {
	m := pathForm.FindStringSubmatch(path)
	if m == nil {
		return nil, nil
	}
	for i := range p.Pages {
		for j := range p.Pages[i].Fields {
			f := &p.Pages[i].Fields[j]
			if f.Key != m[1] {
				continue
			}
			for k := range f.Fields {
				if f.Fields[k].Key == m[3] {
					return &p.Pages[i], &f.Fields[k]
				}
			}
			return &p.Pages[i], f
		}
	}
	return nil, nil
}
