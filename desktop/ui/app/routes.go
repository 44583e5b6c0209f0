package app

import (
	"parvis/desktop/ui/absences"
	"parvis/desktop/ui/account"
	"parvis/desktop/ui/agenda"
	"parvis/desktop/ui/appointments"
	"parvis/desktop/ui/closures"
	"parvis/desktop/ui/exchanges"
	people "parvis/desktop/ui/family"
	"parvis/desktop/ui/forms"
	"parvis/desktop/ui/grouped"
	"parvis/desktop/ui/home"
	"parvis/desktop/ui/notices"
	"parvis/desktop/ui/openings"
	"parvis/desktop/ui/payments"
	"parvis/desktop/ui/proofs"
	"parvis/desktop/ui/quotient"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/staff"
	"parvis/desktop/ui/takeout"
	"parvis/desktop/ui/till"
	"parvis/desktop/ui/waiting"
)

// table is every screen with who may open it.
func (a *App) table() map[string]entry {
	t := map[string]entry{
		screen.First:      {account.First, anybody},
		screen.SignIn:     {account.SignIn, anybody},
		screen.Register:   {account.Register, anybody},
		screen.Activate:   {account.Activate, anybody},
		screen.WindowCode: {account.WindowCode, anybody},
		screen.Lost:       {account.Lost, anybody},
		screen.Profile:    {account.Profile, signedIn}, screen.Details: {account.Details, signedIn}, screen.Change: {account.Change, signedIn},
		screen.Devices: {account.Devices, signedIn}, screen.MyData: {account.MyData, family}, screen.CloseAccount: {account.CloseAccount, family},
		screen.DemoMails:  {account.DemoMails, anybody},
		screen.Home:       {home.Home, anybody},
		screen.Procedures: {forms.Procedures, anybody},
		screen.Procedure:  {forms.Procedure, anybody},
		screen.Fill:       {forms.Fill, family},
		screen.Confirmed:  {forms.Confirmed, family},
		screen.Requests:   {forms.Requests, family},
		screen.Request:    {forms.Request, family},
		screen.Correct:    {forms.Correct, family},
		screen.Agenda:     {agenda.Agenda, family},
		screen.Openings:   {openings.Openings, family},
		screen.Grouped:    {grouped.Grouped, family}, screen.TakeOut: {takeout.TakeOut, family}, screen.Waiting: {waiting.Lists, family},
		screen.Appointment: {appointments.Appointment, signedIn}, screen.DeskDays: {appointments.Days, agent},
		screen.Queue:    {staff.Queue, agent},
		screen.StaffDay: {staff.StaffDay, agent},
		screen.Town:     {staff.Town, agent},
		screen.Absent:   {absences.Tell, family}, screen.Absences: {absences.Queue, agent},
		screen.Closures: {closures.Closures, agent}, screen.CloseDays: {closures.Declare, agent},
		screen.Notices:    {notices.Notices, signedIn},
		screen.NoticeWays: {notices.Settings, signedIn},
		screen.Exchanges:  {exchanges.Exchanges, family},
		screen.Texts:      {staff.Texts, agent},
		screen.SendProof:  {proofs.Send, family},
		screen.Proof:      {proofs.Proof, family},
		screen.Attached:   {exchanges.Attached, signedIn},
		screen.Judge:      {staff.Judge, agent},

		screen.Relations:      {people.Relations, family},
		screen.Relation:       {people.Relation, family},
		screen.RelationChange: {people.Change, family},
		screen.Invite:         {people.Invite, family},
		screen.Access:         {people.Access, family},
		screen.StaffChildren:  {staff.Children, agent},
		screen.Payments:       {payments.Payments, family}, screen.Statement: {payments.Statement, family},
		screen.TopUp: {payments.TopUp, family}, screen.Payment: {payments.Payment, family},
		screen.Quotient: {quotient.Quotient, family}, screen.QuotientSend: {quotient.Send, family}, screen.QuotientAsk: {quotient.Ask, family},
		screen.StaffQuotes: {staff.Quotes, agent}, screen.StaffOpenings: {staff.Openings, agent}, screen.Menus: {staff.Menus, agent},
		screen.Till: {till.Till, agent}, screen.TillAccount: {till.Account, agent}, screen.TillEntry: {till.Entry, agent},
	}
	for name, e := range t {
		build := e.build
		e.build = func(c *screen.Context, r screen.Route) screen.Screen {
			a.watchRail(c)
			a.watchBell(c)
			return build(c, r)
		}
		t[name] = e
	}
	return t
}
