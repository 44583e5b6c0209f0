package requests

import (
	"fmt"
	"slices"

	"parvis/shared/portal"
)

// Fill is what of the account, or of the child whom the form is about, is
// offered as the answer to a field.
type Fill string

// What may be offered.
const (
	FillFirstName Fill = "me.firstName"
	FillLastName  Fill = "me.lastName"
	FillAddress   Fill = "me.address"
	FillPhone     Fill = "me.phone"
	FillMail      Fill = "me.mail"

	FillChildFirst  Fill = "child.firstName"
	FillChildLast   Fill = "child.lastName"
	FillChildBirth  Fill = "child.birthDate"
	FillChildSchool Fill = "child.school"
)

// fills is the kinds of fields that each may answer.
var fills = map[Fill][]Kind{
	FillFirstName: {KindName, KindText}, FillLastName: {KindName, KindText}, FillAddress: {KindAddress},
	FillPhone: {KindPhone}, FillMail: {KindMail},
	FillChildFirst: {KindName, KindText}, FillChildLast: {KindName, KindText}, FillChildBirth: {KindDate}, FillChildSchool: {KindChoice},
}

// Reuse is for whom an earlier answer may be offered again. Not said, it is
// for anybody; what follows from the field's own kind holds besides.
type Reuse string

// The limits.
const (
	ReuseSelf  Reuse = "self"  // only in a request about the same person
	ReuseNever Reuse = "never" // asked anew each time: a consent, the day of an event
)

func (f *Field) checkReuse(inRow bool) error {
	if f.Fill != "" && !slices.Contains(fills[f.Fill], f.Kind) {
		return fmt.Errorf("fill %q", f.Fill)
	}
	if f.Reuse != "" && (f.Reuse != ReuseSelf && f.Reuse != ReuseNever || inRow || !f.Kind.asks()) {
		return fmt.Errorf("reuse %q", f.Reuse)
	}
	return nil
}

// Reusable is what of an earlier request's answers may be offered in a new
// one: as for a sister or brother, or, with the same person, as last year.
// What is about one person's self or health is not taken for another; whom it
// is about, documents and agreements are never taken, nor what no longer fits
// the rules of today.
func Reusable(p *Procedure, earlier Answers, ctx Context, same bool) Answers {
	own := map[string]bool{}
	if p.OnAccept != nil && p.OnAccept.Child != nil {
		c := p.OnAccept.Child
		own = map[string]bool{c.FirstName: true, c.BirthDate: true, c.Class: true, c.Diet: true, c.CarePlan: true, c.Allergies: true, c.OtherAllergy: true, c.CareActions: true, c.MealFromHome: true}
	}
	if p.About != nil {
		own[p.About.FirstName] = true
	}
	out := Answers{}
	for key, v := range Clean(p, earlier, ctx) {
		_, f := p.FieldAt(key)
		switch {
		case f.Kind == KindPerson, f.Kind == KindFile, f.Reuse == ReuseNever, f.agreement(), f.Range == Future:
		case p.OnAccept != nil && p.OnAccept.Child != nil && key == p.OnAccept.Child.Class:
			// Classes move up: last year's is wrong for the same child too.
		case !same && (f.holdsHealth() || f.Reuse == ReuseSelf || own[key]):
		default:
			out[key] = v
		}
	}
	// A day gone by, a choice no longer offered: what a person would be told to
	// mend is better not offered. A question that lacks another's answer is no
	// such thing.
	for _, e := range Check(p, out, ctx, "") {
		switch e.Code {
		case portal.Missing, TooFew:
		default:
			delete(out, rootOf(e.Field))
		}
	}
	return out
}

// agreement reports whether a question is one that must be answered with yes:
// what one agreed to once is asked again.
func (f *Field) agreement() bool {
	return f.Kind == KindYesNo && slices.ContainsFunc(f.Check, func(r Rule) bool { return r.Expr == "value" })
}

func (f *Field) holdsHealth() bool {
	return f.Health || slices.ContainsFunc(f.Fields, func(sub Field) bool { return sub.Health })
}
