package simulator

import (
	"bytes"
	_ "embed"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/shared/payments"
	"parvis/shared/portal"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS      string
	pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"euros": euros, "clock": clock, "seconds": func(d time.Duration) int { return int(d / time.Second) }}).Parse(pageHTML))
)

// page is what the one template shows.
type page struct {
	Title, Text, Mistake string
	Desk                 string // what it is called
	Pay                  *Payment
	Cards                []string
	Return               string
	Control              bool
	Faults               Faults
	Refusals             [][2]string // codes, and what each says
	Technical            []string
	List                 []Payment
}

// euros writes an amount as the French do.
func euros(m portal.Money) string {
	return strings.ReplaceAll(m.Decimal(), ".", ",") + " €"
}

func clock(t time.Time) string { return t.In(portal.Paris).Format("02/01/2006 15:04:05") }

// show is the payer's page.
func (s *Simulator) show(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	now := s.o.Clock()
	p, known := s.found(r.URL.Query().Get("idop"), now)
	var c Payment
	code := payments.Unknown
	if known {
		if code = s.open(p, now); code == "" {
			p.Seen = true
		}
		c = *p
	}
	s.mu.Unlock()
	s.offer(w, c, code, "")
}

// offer shows a payment to be paid, or why it cannot be.
func (s *Simulator) offer(w http.ResponseWriter, p Payment, code payments.Answer, mistake string) {
	switch {
	case code == payments.Unknown:
		s.write(w, http.StatusNotFound, page{Title: "Ce paiement n'existe pas", Text: "L'adresse de cette page n'est pas celle d'un paiement (P1). Reprenez depuis le portail de votre mairie."})
	case code == payments.TooOld:
		s.write(w, http.StatusGone, page{Title: "Cette page n'est plus valable", Text: "Une page de paiement s'ouvre dans les quinze minutes (P4). Aucune somme n'a été prélevée. Reprenez depuis le portail de votre mairie.", Return: p.Order.Return})
	case code == payments.Used:
		s.write(w, http.StatusGone, page{Title: "Ce paiement est terminé", Text: "Cette page a déjà servi (P3). Le résultat est sur le portail de votre mairie.", Return: p.Order.Return})
	case mistake != "":
		s.write(w, http.StatusUnprocessableEntity, page{Title: "Payer " + s.o.Desks[p.Order.Client], Pay: &p, Desk: s.o.Desks[p.Order.Client], Cards: Cards, Mistake: mistake})
	default:
		s.write(w, http.StatusOK, page{Title: "Payer " + s.o.Desks[p.Order.Client], Pay: &p, Desk: s.o.Desks[p.Order.Client], Cards: Cards})
	}
}

// results of the buttons of the page.
var results = map[string]struct {
	answer      payments.Answer
	title, text string
}{
	"card":         {payments.PaidByCard, "Paiement accepté", "Votre paiement par carte est accepté."},
	"card-refused": {payments.CardRefused, "Paiement refusé", "La banque a refusé la carte. Aucune somme n'a été prélevée."},
	"debit":        {payments.PaidByDebit, "Prélèvement accepté", "Votre paiement par prélèvement est accepté."},
	"debit-failed": {payments.DebitRefused, "Prélèvement refusé", "La banque a refusé le prélèvement. Aucune somme n'a été prélevée."},
	"abandon":      {payments.WasAbandoned, "Paiement abandonné", "Vous avez abandonné ce paiement. Aucune somme n'a été prélevée."},
}

// pay takes what the payer chose on the page.
func (s *Simulator) pay(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	if r.ParseForm() != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	result, known := results[r.PostForm.Get("do")]
	s.mu.Lock()
	now := s.o.Clock()
	p, there := s.found(r.PostForm.Get("idop"), now)
	code, c := payments.Unknown, Payment{}
	if there {
		code, c = s.open(p, now), *p
	}
	s.mu.Unlock()
	mistake := ""
	card := strings.ReplaceAll(strings.TrimSpace(r.PostForm.Get("card")), " ", "")
	switch {
	case code != "":
	case !known:
		mistake = "Choisissez comment payer."
	case strings.HasPrefix(r.PostForm.Get("do"), "card") && !slices.Contains(Cards, card):
		mistake = "Ce n'est pas le numéro d'une carte d'essai. N'écrivez jamais ici celui d'une vraie carte."
	}
	if code != "" || mistake != "" {
		s.offer(w, c, code, mistake)
		return
	}
	if !s.Settle(c.Operation, result.answer) {
		s.offer(w, c, payments.Used, "") // pressed twice
		return
	}
	s.write(w, http.StatusOK, page{Title: result.title, Text: result.text, Return: c.Order.Return})
}

// control shows and takes what is to go wrong.
func (s *Simulator) control(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	f := s.faults
	s.mu.Unlock()
	p := page{Title: "Pannes et retards", Control: true, Faults: f, Technical: []string{Unavailable, Malfunction}, List: s.Payments()}
	for _, code := range slices.Sorted(maps.Keys(labels)) {
		p.Refusals = append(p.Refusals, [2]string{code, labels[code]})
	}
	s.write(w, http.StatusOK, p)
}

func (s *Simulator) set(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	if err := http.NewCrossOriginProtection().Check(r); err != nil || r.ParseForm() != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	number := func(name string) int {
		n, err := strconv.Atoi(r.PostForm.Get(name))
		if err != nil || n < 0 || n > 86_400 {
			return 0
		}
		return n
	}
	technical := r.PostForm.Get("technical")
	if technical != Unavailable && technical != Malfunction {
		technical = ""
	}
	on := func(name string) bool { return r.PostForm.Get(name) != "" }
	s.Set(Faults{
		Down: on("down"), Broken: on("broken"), Technical: technical, Slow: time.Duration(number("slow")) * time.Second, Refuse: r.PostForm.Get("refuse"),
		Late: time.Duration(number("late")) * time.Second, Notices: min(number("more"), 20), Never: on("never"), Oddly: on("oddly"),
	})
	http.Redirect(w, r, Admin, http.StatusSeeOther)
}

func (s *Simulator) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write([]byte(pageCSS)) // a reader who has gone needs no answer
}

func (s *Simulator) write(w http.ResponseWriter, status int, p page) {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a reader who has gone needs no answer
}
