package simulator

import (
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/syncserver/payfip"
)

const envelope = "http://schemas.xmlsoap.org/soap/envelope/"

// element is a part of a question.
type element struct {
	XMLName  xml.Name
	Children []element `xml:",any"`
	Text     string    `xml:",chardata"`
}

// asked is one question: its operation and its fields.
type question struct {
	operation string
	fields    map[string]string
}

// read takes a question apart as strictly as PayFiP: the operation in its
// namespace, arg0 and the fields in none.
func read(raw []byte) (question, bool) {
	var e element
	if xml.Unmarshal(raw, &e) != nil || e.XMLName != (xml.Name{Space: envelope, Local: "Envelope"}) {
		return question{}, false
	}
	for _, body := range e.Children {
		if body.XMLName.Local != "Body" || body.XMLName.Space != envelope || len(body.Children) != 1 {
			continue
		}
		op := body.Children[0]
		if op.XMLName.Space != payfip.Namespace || len(op.Children) != 1 || op.Children[0].XMLName != (xml.Name{Local: "arg0"}) {
			return question{}, false
		}
		q := question{op.XMLName.Local, map[string]string{}}
		for _, f := range op.Children[0].Children {
			if f.XMLName.Space != "" || len(f.Children) > 0 {
				return question{}, false
			}
			q.fields[f.XMLName.Local] = f.Text
		}
		return q, true
	}
	return question{}, false
}

// soap answers the questions of towns.
func (s *Simulator) soap(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked++
	f := s.faults
	s.mu.Unlock()
	// Only once the question is read does one notice that who asked has gone.
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if f.Slow > 0 {
		timer := time.NewTimer(f.Slow)
		defer timer.Stop()
		select {
		case <-r.Context().Done():
			return
		case <-timer.C:
		}
	}
	switch {
	case err != nil:
		return
	case f.Down:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case f.Broken:
		http.Error(w, "<html><body>Erreur interne</body></html>", http.StatusInternalServerError)
		return
	case f.Technical != "":
		technical(w, f.Technical)
		return
	}
	q, ok := read(raw)
	if !ok {
		technical(w, protocol)
		return
	}
	switch q.operation {
	case payfip.OpCreate:
		if f.Refuse != "" {
			refuse(w, f.Refuse)
			return
		}
		order, code := s.order(q.fields)
		switch code {
		case "":
		case "protocol":
			technical(w, protocol)
			return
		default:
			refuse(w, code)
			return
		}
		reply(w, q.operation, [][2]string{{"idOp", s.create(order, q.fields["saisie"])}})
	case payfip.OpDetail:
		s.detail(w, q.fields)
	case payfip.OpClient:
		number := q.fields["numCli"]
		switch {
		case !sixDigits.MatchString(number):
			refuse(w, "T1")
		case s.o.Desks[number] == "":
			refuse(w, "T2")
		default:
			reply(w, q.operation, [][2]string{{"libelleN1", s.o.Desks[number]}, {"libelleN2", ""}, {"libelleN3", ""}, {"numcli", number}})
		}
	default:
		technical(w, protocol)
	}
}

var (
	sixDigits = regexp.MustCompile(`^\d{6}$`)
	digits    = regexp.MustCompile(`^\d{1,9}$`)
	reference = regexp.MustCompile(`^[A-Za-z0-9]{6,30}$`)
	object    = regexp.MustCompile(`^[A-Za-z0-9 ]{1,99}$`)
	mail      = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)
)

// order judges what is to be paid, in the order in which PayFiP does.
func (s *Simulator) order(f map[string]string) (o payments.Order, code string) {
	cents, _ := strconv.Atoi(f["montant"]) // digits has judged it where it counts
	mode := f["saisie"]
	switch {
	case mode != payfip.ModeTest && mode != payfip.ModeActivation && mode != payfip.ModeProduction:
		return o, "S1"
	case !sixDigits.MatchString(f["numcli"]):
		return o, "T1"
	case s.o.Desks[f["numcli"]] == "":
		return o, "T2"
	case !digits.MatchString(f["montant"]):
		return o, "M1"
	case cents < int(payments.Least):
		return o, "M3"
	case cents > int(payments.PayFiPMax):
		return o, "M5"
	case len(f["mel"]) < 6 || len(f["mel"]) > payments.MailMax:
		return o, "A2"
	case !mail.MatchString(f["mel"]):
		return o, "A1"
	case !address(f["urlnotif"]):
		return o, "N1"
	case !address(f["urlredirect"]):
		return o, "D1"
	case !reference.MatchString(f["refdet"]):
		return o, "R3"
	case len(f["exer"]) != 4 || !object.MatchString(f["objet"]):
		return o, "protocol"
	}
	return payments.Order{
		Client: f["numcli"], Amount: portal.Money(cents), Reference: f["refdet"], Object: f["objet"], Mail: f["mel"], Exercise: f["exer"],
		Notice: f["urlnotif"], Return: f["urlredirect"],
	}, ""
}

func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && len(s) < 250
}

// detail says what became of a payment; idop in small letters is no field it
// knows.
func (s *Simulator) detail(w http.ResponseWriter, f map[string]string) {
	s.mu.Lock()
	p, known := s.found(f["idOp"], s.o.Clock())
	var c Payment
	if known {
		c = *p
	}
	s.mu.Unlock()
	switch {
	case !known:
		refuse(w, "P1")
	case c.Answer == "":
		refuse(w, "P5")
	default:
		done := c.Done.In(portal.Paris)
		number := ""
		if c.Answer == payments.PaidByCard {
			number = "A" + strings.ToUpper(c.Operation[:5])
		}
		reply(w, payfip.OpDetail, [][2]string{
			{"dattrans", done.Format("02012006")}, {"exer", c.Order.Exercise}, {"heurtrans", done.Format("1504")}, {"idOp", c.Operation}, {"mel", c.Order.Mail},
			{"montant", strconv.FormatInt(int64(c.Order.Amount), 10)}, {"numauto", number}, {"numcli", c.Order.Client}, {"objet", c.Order.Object},
			{"refdet", c.Order.Reference}, {"resultrans", string(c.Answer)}, {"saisie", c.Mode},
		})
	}
}

// labels of refusals.
var labels = map[string]string{
	"P1": "IdOp incorrect.", "P3": "IdOp déjà utilisé.", "P4": "IdOp créé il y a plus de 15 minutes.", "P5": "Résultat de la transaction non connu.", "S1": "Type de saisie incorrect.", "T1": "Numéro client incorrect.",
	"T2": "Numéro client inconnu.", "M1": "Montant incorrect.", "M3": "Montant inférieur à 1 euro.", "M5": "Montant trop élevé.",
	"A1": "Adresse électronique incorrecte.", "A2": "Longueur de l'adresse électronique incorrecte.", "N1": "Adresse de notification incorrecte.",
	"D1": "Adresse de redirection incorrecte.", "R3": "Référence de la dette incorrecte.",
}

func refuse(w http.ResponseWriter, code string) {
	write(w, http.StatusInternalServerError, fmt.Sprintf(
		`<soap:Fault><faultcode>soap:Server</faultcode><faultstring>fr.gouv.finances.cp.tpa.webservice.exceptions.%s</faultstring>`+
			`<detail><ns1:%s xmlns:ns1="%s"><code>%s</code><descriptif></descriptif><libelle>%s</libelle><severite>2</severite></ns1:%s></detail></soap:Fault>`,
		payfip.Functional, payfip.Functional, payfip.Namespace, html.EscapeString(code), html.EscapeString(labels[code]), payfip.Functional))
}

func technical(w http.ResponseWriter, kind string) {
	write(w, http.StatusInternalServerError, `<soap:Fault><faultcode>soap:Server</faultcode><faultstring>fr.gouv.finances.cp.tpa.webservice.exceptions.`+kind+
		`</faultstring><detail><ns1:`+kind+` xmlns:ns1="`+payfip.Namespace+`"><descriptif></descriptif><libelle></libelle><severite>3</severite></ns1:`+kind+`></detail></soap:Fault>`)
}

func reply(w http.ResponseWriter, op string, fields [][2]string) {
	var b strings.Builder
	b.WriteString(`<ns2:` + op + `Response xmlns:ns2="` + payfip.Namespace + `"><return>`)
	for _, f := range fields {
		b.WriteString("<" + f[0] + ">" + html.EscapeString(f[1]) + "</" + f[0] + ">")
	}
	b.WriteString(`</return></ns2:` + op + `Response>`)
	write(w, http.StatusOK, b.String())
}

func write(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, xml.Header+`<soap:Envelope xmlns:soap="`+envelope+`"><soap:Body>`+body+`</soap:Body></soap:Envelope>`) // a reader who has gone needs no answer
}
