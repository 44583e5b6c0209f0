package staff

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/i18n"
	"parvis/desktop/pages/pagestest"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/pick/picktest"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/screentest"
	"parvis/desktop/ui/task"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
)

// stood is an agent's screen as it stands after what a case did with it.
type stood struct {
	*screentest.Desk
	t      *testing.T
	w      fyne.Window
	c      *screen.Context
	queue  *task.Queue
	runner *task.Runner
}

// stand makes the window that a screen of the agent's is put into.
func stand(t *testing.T, d *screentest.Desk) *stood {
	w := test.NewWindow(nil)
	w.SetPadded(false)
	t.Cleanup(w.Close)
	s := &stood{Desk: d, t: t, w: w, c: d.Context(w)}
	s.runner, s.queue = task.NewQueued(nil)
	s.c.Scope = s.runner.Scope()
	s.c.Documents = pagestest.Opener(t)
	s.c.Prints = print.NewTray(t.TempDir(), nil)
	t.Cleanup(s.c.Leave)
	return s
}

func (s *stood) settle() {
	s.Drain()
	s.queue.Settle(s.runner)
	kittest.Settle(s.w)
}

// put shows the screen's content.
func (s *stood) put(o fyne.CanvasObject) *stood {
	s.w.SetContent(o)
	s.w.Resize(fyne.NewSize(1024, 600))
	s.settle()
	return s
}

// A queue of a desk where much waits, of every procedure and state.
func busyDesk() *screentest.Desk {
	d := screentest.Staff()
	names := []string{"Marie-Antoinette Joséphine de la Rochefoucauld-Montbazon", "Ana Costa", "Karim Haddad", "Jean-Christophe Le Goff", "Aïcha Diop", "Paul Nguyen", "Zoé Martin"}
	procedures := []string{"fiche-enfant", "inscription-scolaire", "derogation-scolaire", "restauration-scolaire", "accueil-matin-soir", "place-en-creche"}
	states := []string{"submitted", "submitted", "in_review", "waiting_family"}
	var rows []wire.Change
	for i := range 24 {
		row := screentest.Waiting(portal.ID("much-"+strconv.Itoa(i)), screentest.Sofia, procedures[i%len(procedures)], names[i%len(names)], "2026-000"+string(rune('1'+i%9))+"10", time.Duration(5+31*i)*time.Hour, states[i%len(states)], "")
		rows = append(rows, row)
	}
	d.Get(rows...)
	return d
}

func TestEveryStateOfTheQueueFits(t *testing.T) {
	long := "Bonjour, le livret de famille que vous avez envoyé est coupé en bas : la page de votre second enfant n'y est pas. Pouvez-vous le photographier de nouveau, à plat ?"
	open := func(d *screentest.Desk, after func(*queue, *stood), args ...string) func(*testing.T) *stood {
		return func(t *testing.T) *stood {
			s := stand(t, d)
			q := openQueue(s.c, d, screen.To(screen.Queue, args...))
			s.put(q.screen().Content)
			if after != nil {
				after(q, s)
				s.settle()
			}
			return s
		}
	}
	request := []string{"request", string(screentest.ForLea)}
	with := func(rows ...wire.Change) *screentest.Desk {
		d := screentest.Staff()
		d.Get(rows...)
		return d
	}
	mine := func() *screentest.Desk { return with(screentest.FileOf("in_review", screentest.Sylvie)...) }
	for name, make := range map[string]func(t *testing.T) *stood{
		"much": func(t *testing.T) *stood { return open(busyDesk(), nil)(t) },
		"outline": func(t *testing.T) *stood {
			return open(busyDesk(), func(q *queue, s *stood) { q.mark(screentest.ForLea) })(t)
		},
		"nothing": func(t *testing.T) *stood {
			d := screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), screentest.Row(wire.AccountFeed(screentest.Sylvie), wire.Accounts, screentest.Sylvie,
				wire.Account{ID: screentest.Sylvie, Kind: wire.Agent, FirstName: "Sylvie", LastName: "Roy", Desks: []string{screentest.Childhood}}))
			return open(d, nil)(t)
		},
		"filtered": func(t *testing.T) *stood {
			return open(busyDesk(), func(q *queue, s *stood) {
				q.filter = view.QueueFilter{State: "waiting_family", Procedure: "restauration-scolaire", Mine: true}
				q.refresh()
			})(t)
		},
		"to take": func(t *testing.T) *stood {
			return open(with(screentest.FileOf("submitted", "")...), nil, request...)(t)
		},
		"mine": func(t *testing.T) *stood { return open(waitingDesk(t), nil, request...)(t) },
		"corrected": func(t *testing.T) *stood {
			rows := screentest.FileOf("in_review", screentest.Sylvie)
			for i, row := range rows {
				if row.Collection == wire.Requests && row.Entity == screentest.ForLea {
					rows[i].Body = []byte(strings.TrimSuffix(string(row.Body), "}") + `,"corrections":[{"n":1,"asked":1,"fields":["birthPlace"],"text":"Dans quelle commune Léa est-elle née ?","answered":1795000000000000,"reply":"À Reims, dans la Marne.","before":{"birthPlace":"Rems"}}]}`)
				}
			}
			return open(with(rows...), nil, request...)(t)
		},
		"refused": func(t *testing.T) *stood {
			rows := screentest.FileOf("refused", screentest.Sylvie)
			for i, row := range rows {
				if row.Collection == wire.Requests && row.Entity == screentest.ForLea {
					rows[i].Body = []byte(strings.TrimSuffix(string(row.Body), "}") + `,"reason":"` + long + `"}`)
				}
			}
			return open(with(rows...), nil, request...)(t)
		},
		"opening": func(t *testing.T) *stood { return open(screentest.Staff(), nil, request...)(t) },
		"papers":  func(t *testing.T) *stood { return open(waitingDesk(t), nil, append(request, "tab", papersTab)...)(t) },
		"refusing": func(t *testing.T) *stood {
			return open(mine(), func(q *queue, s *stood) {
				q.open.refuse()
				kittest.Type(s.w, long)
			}, request...)(t)
		},
		"asking": func(t *testing.T) *stood {
			return open(waitingDesk(t), func(q *queue, s *stood) { q.open.askFamily() }, request...)(t)
		},
		"a word": func(t *testing.T) *stood {
			return open(mine(), func(q *queue, s *stood) { q.open.acceptWith() }, request...)(t)
		},
		"closing": func(t *testing.T) *stood {
			return open(mine(), func(q *queue, s *stood) { q.open.close() }, request...)(t)
		},
		"answering": func(t *testing.T) *stood {
			d := with(append(screentest.FileOf("in_review", screentest.Sylvie), asked(1, "Bonjour, Léa mange-t-elle à la cantine dès lundi ?", 0), unread(1), reusable("Accusé", "Bonjour {prénom}"))...)
			return open(d, func(q *queue, s *stood) {
				d.Files.Next = pick.Chosen{Files: []pick.File{picktest.File("reglement-de-la-restauration-scolaire-2025-2026.png", picture(t)), picktest.File("menu.png", picture(t))}}
				kittest.Press(t, s.w, i18n.T("exchanges.file.add", nil))
				s.settle()
				q.open.talk.Insert("Bonjour Claire,\n\nOui, dès lundi. Le règlement est joint.\n\nSylvie Roy")
				q.open.talk.Refresh()
			}, append(request, "tab", messagesTab)...)(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject { return kittest.Under(make(t).w) })
		})
	}
}

func TestEveryStateOfJudgingFits(t *testing.T) {
	bench := func(d *screentest.Desk, after func(*judge)) func(t *testing.T) *stood {
		return func(t *testing.T) *stood {
			s := stand(t, d)
			j := openJudge(s.c, d, screen.To(screen.Judge, "document", string(insurance), "request", string(screentest.ForLea)))
			s.put(j.screen().Content)
			if after != nil {
				after(j)
				s.settle()
			}
			return s
		}
	}
	changed := func(t *testing.T, change func(*documents.Document)) *screentest.Desk {
		d := waitingDesk(t)
		d.Get(papersRow(insurance, "liability-insurance", screentest.Lea, change))
		return d
	}
	for name, make := range map[string]func(t *testing.T) *stood{
		"document": func(t *testing.T) *stood { return bench(waitingDesk(t), nil)(t) },
		"verdict":  func(t *testing.T) *stood { return bench(waitingDesk(t), func(j *judge) { j.choose(1) })(t) },
		"judged": func(t *testing.T) *stood {
			return bench(waitingDesk(t), func(j *judge) { j.accept(); j.choose(1) })(t)
		},
		"invalid": func(t *testing.T) *stood {
			return bench(changed(t, func(d *documents.Document) {
				d.Status, d.Reason, d.Note, d.JudgedBy, d.JudgedByName, d.Judged = documents.Rejected, documents.Incomplete, "Le verso manque.", screentest.Marc, "Marc Petit", screentest.Monday.At(8, 30).UnixMicro()
			}), func(j *judge) { j.choose(1) })(t)
		},
		"infected": func(t *testing.T) *stood {
			return bench(changed(t, func(d *documents.Document) { d.Scan = documents.Infected }), func(j *judge) { j.choose(1) })(t)
		},
		"rejecting": func(t *testing.T) *stood { return bench(waitingDesk(t), func(j *judge) { j.reject() })(t) },
		"longer": func(t *testing.T) *stood {
			return bench(waitingDesk(t), func(j *judge) {
				j.until.SetValue("2027-12-31")
				j.accept()
			})(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject { return kittest.Under(make(t).w) })
		})
	}
}

func TestMoreOfTextsAndQuotientsFits(t *testing.T) {
	for name, make := range map[string]func(t *testing.T) fyne.Window{
		"text": func(t *testing.T) fyne.Window {
			d := screentest.Staff()
			d.Get(reusable("Accusé de réception", "Bonjour {prénom}, nous avons bien reçu {démarche} n° {référence}."), reusable("Justificatif illisible", "Bonjour {prénom}, la photographie est floue."))
			s := stand(t, d)
			l := openTexts(s.c, d)
			s.put(l.screen().Content)
			l.edit(d.Texts("")[0], false)
			s.settle()
			return s.w
		},
		"quotient refused": func(t *testing.T) fyne.Window {
			d := screentest.Staff()
			e := declared()
			d.Get(append(file(e, documents.Submitted), waits("q", "Claire Martel", screentest.Claire))...)
			s := stand(t, d)
			q := openQuote(s.c, d, "q", screentest.Claire)
			s.put(q.screen().Content)
			q.refuse(view.Quotient{Entry: e})
			s.settle()
			return s.w
		},
		"quotient accepted": func(t *testing.T) fyne.Window {
			d := screentest.Staff()
			e := declared()
			e.State, e.From, e.Until, e.Decided, e.DecidedBy, e.DecidedByName = quotients.Accepted, "2026-03-16", "2026-08-31", 5, screentest.Marc, "Marc Petit"
			d.Get(file(e, documents.Valid)...)
			s := stand(t, d)
			s.put(openQuote(s.c, d, "q", screentest.Claire).screen().Content)
			return s.w
		},
		"quotient's proof": func(t *testing.T) fyne.Window {
			d := screentest.Staff()
			d.Get(append(file(declared(), documents.Submitted), waits("q", "Claire Martel", screentest.Claire))...)
			d.AtTownHall["paper"] = picture(t)
			s := stand(t, d)
			s.put(openQuote(s.c, d, "q", screentest.Claire).screen().Content)
			kittest.Press(t, s.w, i18n.T("quotes.look", nil))
			s.settle()
			return s.w
		},
		"children ended": func(t *testing.T) fyne.Window {
			d := screentest.New(screentest.Sylvie, screentest.Monday.At(9, 0), append(screentest.StaffRows(), screentest.FileOfParents(func(*wire.Child) {})...)...)
			s := stand(t, d)
			s.put(openChildren(s.c, d, screen.To(screen.StaffChildren, "account", string(screentest.Claire), "desk", screentest.Childhood, "child", string(screentest.Lea), "do", wire.CustodyEnd)).Content)
			form := kittest.All[*kit.Form](s.w)[0]
			for name, v := range map[string]string{"parent": string(screentest.Hugo), "evidence": "judgment", "day": "2026-01-10"} {
				form.Field(name).SetValue(v)
			}
			form.Submit()
			s.settle()
			return s.w
		},
	} {
		t.Run(name, func(t *testing.T) {
			kittest.FitsEverywhere(t, func() fyne.CanvasObject { return kittest.Under(make(t)) })
		})
	}
}
