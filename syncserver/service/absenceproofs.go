package service

import (
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// proveAbsence takes a document as the proof of an absence; one that nobody has
// judged is accepted with it: the agent has it before them.
func (s *Service) proveAbsence(tx *store.Tx, a Actor, ab store.Absence, id portal.ID) error {
	d, err := s.documentAt(tx, a, id)
	if err != nil {
		return err
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	theirs, err := mayProve(tx, ab, d.Account)
	if err != nil {
		return err
	}
	switch {
	case !theirs || d.Child != ab.Child || d.Kind != f.absences.Proof:
		return portal.E(portal.NotFound, "proof")
	case d.Status == string(documents.Valid):
		return nil
	case d.Status != string(documents.Submitted):
		return portal.E(documents.AlreadyJudged, "proof", "status", d.Status)
	}
	kind := f.kinds.Of(d.Kind)
	today := portal.DateOf(tx.Now())
	until, known := documents.Proposed(kind, today)
	if !known {
		until = ledger.ServesUntil(today)
	}
	d.Agent, d.Judged = a.Account, tx.Now().UnixMicro()
	return s.acceptDocument(tx, a, d, kind, &wire.JudgeDocument{Document: id, Valid: true, Until: until})
}

// absencesProved is the desks that read a document because it may prove an absence
// that its account holds: those that are to judge one, and the last that has.
// Where nothing of them is to be judged, the last that was told of any.
func (f *townFacts) absencesProved(tx *store.Tx, d store.Document) (desks []string, err error) {
	if d.Kind != f.absences.Proof || d.Child == "" {
		return nil, nil
	}
	all, err := tx.AbsencesOf(d.Child)
	if err != nil {
		return nil, err
	}
	var judged, told string
	for _, ab := range all {
		if ab.State == string(bookings.AbsenceWithdrawn) {
			continue
		}
		theirs, err := mayProve(tx, ab, d.Account)
		if err != nil {
			return nil, err
		}
		if !theirs {
			continue
		}
		switch state := bookings.AbsenceState(ab.State); {
		case state == bookings.AbsenceTold:
			desks = append(desks, ab.Desk)
		case state.Judged():
			judged = ab.Desk
		default:
			told = ab.Desk
		}
	}
	if judged != "" {
		desks = append(desks, judged)
	}
	if len(desks) == 0 && told != "" {
		desks = append(desks, told)
	}
	return desks, err
}

// proofOf is the newest document that may prove an absence, none with no id.
func (s *Service) proofOf(tx *store.Tx, ab store.Absence) (proof store.Document, err error) {
	f, err := s.facts(tx)
	if err != nil {
		return proof, err
	}
	given, err := tx.DocumentsAbout(ab.Child)
	if err != nil {
		return proof, err
	}
	for _, d := range given {
		if d.Kind != f.absences.Proof || d.Status == string(documents.Rejected) || d.Sent < proof.Sent || !f.absences.MayProve(d.Sent, ab.Told) {
			continue
		}
		theirs, err := mayProve(tx, ab, d.Account)
		if err != nil {
			return proof, err
		}
		if theirs {
			proof = d
		}
	}
	return proof, nil
}

// mayProve reports whether an account's documents may prove an absence. What was sent
// before a tie ended proves it still.
func mayProve(tx *store.Tx, ab store.Absence, account portal.ID) (bool, error) {
	if ab.Account == account {
		return true, nil
	}
	_, holds, err := holding(tx, ab, account)
	return holds, err
}
