package service

import (
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// right is who may do a command at all; whose things they may do it to, the
// use case itself asks of the tables below.
type right struct {
	family, agent bool
	run           func(s *Service, tx *store.Tx, a Actor, args any) error
}

// command makes a right's run out of a use case with typed arguments.
func command[T any](f func(s *Service, tx *store.Tx, a Actor, args *T) error) func(*Service, *store.Tx, Actor, any) error {
	return func(s *Service, tx *store.Tx, a Actor, args any) error {
		typed, ok := args.(*T)
		if !ok {
			return portal.E(portal.Internal, "args")
		}
		return f(s, tx, a, typed)
	}
}

// rights is the one table of who may do what. A command that is not in it
// cannot be done; a test holds it against wire.Commands.
var rights = map[string]right{
	wire.RequestSubmit:   {family: true, run: command((*Service).submit)},
	wire.RequestWithdraw: {family: true, run: command((*Service).withdraw)},
	wire.RequestTake:     {agent: true, run: command((*Service).take)},
	wire.RequestRelease:  {agent: true, run: command((*Service).release)},
	wire.RequestAsk:      {agent: true, run: command((*Service).ask)},
	wire.RequestAnswer:   {family: true, run: command((*Service).answer)},
	wire.RequestAccept:   {agent: true, run: command((*Service).accept)},
	wire.RequestRefuse:   {agent: true, run: command((*Service).refuse)},
	wire.RequestClose:    {agent: true, run: command((*Service).close)},
	wire.RequestReopen:   {agent: true, run: command((*Service).reopen)},
	wire.DraftSave:       {family: true, run: command((*Service).saveDraft)},
	wire.DraftDrop:       {family: true, run: command((*Service).dropDraft)},

	wire.MessageSend:  {family: true, agent: true, run: command((*Service).sendMessage)},
	wire.MessageRead:  {family: true, agent: true, run: command((*Service).readMessages)},
	wire.TextSave:     {agent: true, run: command((*Service).saveText)},
	wire.TextRemove:   {agent: true, run: command((*Service).removeText)},
	wire.NoticeRead:   {family: true, agent: true, run: command((*Service).readNotices)},
	wire.NoticeChoose: {family: true, run: command((*Service).chooseNotice)},

	wire.AccountAddress:  {family: true, run: command((*Service).changeAddress)},
	wire.AccountPhones:   {family: true, run: command((*Service).changePhones)},
	wire.AccountLanguage: {family: true, run: command((*Service).changeLanguage)},

	wire.DocumentSubmit:   {family: true, run: command((*Service).submitDocument)},
	wire.DocumentWithdraw: {family: true, run: command((*Service).withdrawDocument)},
	wire.DocumentJudge:    {agent: true, run: command((*Service).judgeDocument)},
	wire.DocumentUnjudge:  {agent: true, run: command((*Service).unjudgeDocument)},

	wire.BookingBook:   {family: true, run: command((*Service).book)},
	wire.BookingCancel: {family: true, run: command((*Service).cancel)},
	wire.BookingGroup:  {family: true, run: command((*Service).bookGroup)},

	wire.WaitingJoin:     {family: true, run: command((*Service).joinWaiting)},
	wire.WaitingLeave:    {family: true, run: command((*Service).leaveWaiting)},
	wire.GroupPrepare:    {family: true, run: command((*Service).prepareGroup)},
	wire.GroupDrop:       {family: true, run: command((*Service).dropPrepared)},
	wire.OpeningAsk:      {family: true, run: command((*Service).askPlaces)},
	wire.OpeningWithdraw: {family: true, run: command((*Service).withdrawAsk)},
	wire.OpeningAnnounce: {agent: true, run: command((*Service).announceOpening)},
	wire.OpeningCancel:   {agent: true, run: command((*Service).cancelOpening)},
	wire.ChildPriority:   {agent: true, run: command((*Service).setPriority)},
	wire.MenuWrite:       {agent: true, run: command((*Service).writeMenus)},

	wire.CalendarOpen:  {family: true, run: command((*Service).openCalendar)},
	wire.CalendarClose: {family: true, run: command((*Service).closeCalendar)},

	wire.FileOpen: {agent: true, run: command((*Service).openFile)},
	wire.FileSeen: {agent: true, run: command((*Service).seenFile)},

	wire.ChildHealth:  {family: true, run: command((*Service).changeHealth)},
	wire.ChildCollect: {family: true, run: command((*Service).changeCollectors)},
	wire.CustodyLink:  {agent: true, run: command((*Service).linkParent)},
	wire.CustodySet:   {agent: true, run: command((*Service).setCustody)},
	wire.CustodyEnd:   {agent: true, run: command((*Service).endCustody)},
	wire.WeeksPropose: {family: true, run: command((*Service).proposeWeeks)},
	wire.WeeksAnswer:  {family: true, run: command((*Service).answerWeeks)},
	wire.WeeksEnd:     {family: true, run: command((*Service).endWeeks)},
	wire.WeeksSet:     {agent: true, run: command((*Service).setWeeks)},

	wire.PayingPropose: {family: true, run: command((*Service).proposePaying)},
	wire.PayingAnswer:  {family: true, run: command((*Service).answerPaying)},
	wire.PayingEnd:     {family: true, run: command((*Service).endPaying)},

	wire.DelegationInvite:  {family: true, run: command((*Service).inviteDelegate)},
	wire.DelegationAccept:  {family: true, run: command((*Service).acceptDelegation)},
	wire.DelegationDecline: {family: true, run: command((*Service).declineDelegation)},
	wire.DelegationEnd:     {family: true, run: command((*Service).endDelegation)},
	wire.DelegationChange:  {family: true, run: command((*Service).changeDelegation)},

	wire.BalanceLevel: {family: true, run: command((*Service).chooseLevel)},

	wire.DeskEnter:      {agent: true, run: command((*Service).enterAtDesk)},
	wire.DeskUndo:       {agent: true, run: command((*Service).undoAtDesk)},
	wire.BalanceCorrect: {agent: true, run: command((*Service).correctBalance)},
	wire.PaymentSettle:  {agent: true, run: command((*Service).settlePayment)},

	wire.PayersSet:        {agent: true, run: command((*Service).setPayers)},
	wire.OrganisationSave: {agent: true, run: command((*Service).saveOrganisation)},

	wire.QuotientDeclare:  {family: true, run: command((*Service).declareQuotient)},
	wire.QuotientFetch:    {family: true, run: command((*Service).fetchQuotient)},
	wire.QuotientWithdraw: {family: true, run: command((*Service).withdrawQuotient)},
	wire.QuotientAccept:   {agent: true, run: command((*Service).acceptQuotient)},
	wire.QuotientRefuse:   {agent: true, run: command((*Service).refuseQuotient)},

	wire.AbsenceTell:     {family: true, run: command((*Service).tellAbsence)},
	wire.AbsenceJudge:    {agent: true, run: command((*Service).judgeAbsence)},
	wire.AbsenceWithdraw: {family: true, run: command((*Service).withdrawAbsence)},

	wire.ClosureDeclare: {agent: true, run: command((*Service).declareClosure)},
	wire.ClosureUndo:    {agent: true, run: command((*Service).undoClosure)},

	wire.AppointmentBook:   {family: true, agent: true, run: command((*Service).bookAppointment)},
	wire.AppointmentMove:   {family: true, agent: true, run: command((*Service).moveAppointment)},
	wire.AppointmentCancel: {family: true, agent: true, run: command((*Service).cancelAppointment)},
	wire.AppointmentMark:   {agent: true, run: command((*Service).markAppointment)},
	wire.AppointmentClose:  {agent: true, run: command((*Service).closeAppointments)},
	wire.AppointmentReopen: {agent: true, run: command((*Service).reopenAppointments)},
}

func (s *Service) execute(tx *store.Tx, a Actor, c wire.Command, args any) error {
	r, ok := rights[c.Type]
	if !ok || (a.Role.Agent() && !r.agent) || (!a.Role.Agent() && !r.family) {
		return portal.E(portal.Forbidden, "type")
	}
	return r.run(s, tx, a, args)
}

// mustReach is nil when the actor works at the desk.
func (a Actor) mustReach(desk string) error {
	if a.Role.Agent() && a.Role.AtDesk(accounts.Desk(desk)) {
		return nil
	}
	return portal.E(portal.Forbidden, "desk")
}

// Feeds is the names of the feeds an actor may read, as of tx.
func (s *Service) Feeds(tx *store.Tx, a Actor) ([]string, error) {
	feeds := []string{wire.TownFeed}
	if !a.Live() {
		return feeds, nil
	}
	feeds = append(feeds, wire.AccountFeed(a.Account))
	if !a.Role.Agent() {
		return feeds, nil
	}
	for _, d := range a.Role.Desks {
		feeds = append(feeds, wire.DeskFeed(string(d)))
	}
	for _, site := range a.Role.Sites {
		feeds = append(feeds, wire.SiteFeed(portal.ID(site)))
	}
	grants, err := tx.GrantsOf(a.Account)
	for _, g := range grants {
		if a.Role.AtDesk(accounts.Desk(g.Desk)) {
			feeds = append(feeds, wire.FileFeed(g.Desk, g.Account))
		}
	}
	return feeds, err
}
