// Package payfip speaks with PayFiP, by which people pay what they owe a town:
// it has a page of payment opened, and asks what became of it. It knows that
// service's questions and answers, and nothing of accounts: what an answer
// means is decided in shared/payments.
package payfip

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-resty/resty/v2"

	"parvis/shared/payments"
	"parvis/shared/portal"
)

// Modes of a payment.
const (
	ModeTest       = "T"
	ModeActivation = "X"
	ModeProduction = "W"
)

// What of the protocol both sides must agree on.
const (
	Namespace    = "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService"
	OpCreate     = "creerPaiementSecurise"
	OpDetail     = "recupererDetailPaiementSecurise"
	OpClient     = "recupererDetailClient"
	Functional   = "FonctionnelleErreur"
	soapEnvelope = "http://schemas.xmlsoap.org/soap/envelope/"

	mostRead = 256 << 10
)

// Client asks on behalf of one town.
type Client struct {
	http    *resty.Client
	service string
	page    *url.URL
	mode    string
}

// New makes one: service is where questions are posted, page what the payer
// opens, both as PayFiP's documents give them; mode is T, X or W.
func New(service, page, mode string) (*Client, error) {
	for _, address := range []string{service, page} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, errors.New("payfip: the service or the page is not a web address")
		}
	}
	if mode != ModeTest && mode != ModeActivation && mode != ModeProduction {
		return nil, errors.New("payfip: the mode is T, X or W")
	}
	at, err := url.Parse(page)
	if err != nil {
		return nil, err
	}
	c := resty.New().SetTimeout(payments.AskLimit).SetResponseBodyLimit(mostRead).SetLogger(silent{}).
		// The address that was configured is the one that is asked.
		SetRedirectPolicy(resty.RedirectPolicyFunc(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }))
	return &Client{c, service, at, mode}, nil
}

// silent keeps resty from writing what it sends into any log.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}

// Page is the address at which a payment is paid.
func (c *Client) Page(operation string) string {
	u := *c.page
	q := u.Query()
	q.Set("idop", operation)
	u.RawQuery = q.Encode()
	return u.String()
}

// field is one value of a question.
type field struct{ name, value string }

// operation is the form of an idOp.
var operation = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// ValidOperation reports whether s has the form of what PayFiP names a payment
// by.
func ValidOperation(s string) bool { return operation.MatchString(s) }

// Open has a page opened, and gives PayFiP's name of the payment. Its error is a
// *payments.Fault.
func (c *Client) Open(ctx context.Context, o payments.Order) (string, error) {
	got, err := c.ask(ctx, OpCreate, []field{
		{"exer", o.Exercise}, {"mel", o.Mail}, {"montant", strconv.FormatInt(int64(o.Amount), 10)}, {"numcli", o.Client}, {"objet", o.Object},
		{"refdet", o.Reference}, {"saisie", c.mode}, {"urlnotif", o.Notice}, {"urlredirect", o.Return},
	})
	if err != nil {
		return "", err
	}
	if !ValidOperation(got["idOp"]) {
		return "", trouble(errors.New("the answer names no payment"))
	}
	return got["idOp"], nil
}

// Result asks what became of a payment. What PayFiP says of it, be it that it
// knows none, is an answer; an error is a *payments.Fault and says nothing of
// the payment.
func (c *Client) Result(ctx context.Context, idOp string) (payments.Result, error) {
	got, err := c.ask(ctx, OpDetail, []field{{"idOp", idOp}})
	if err != nil {
		var f *payments.Fault
		if errors.As(err, &f) {
			switch a := payments.Answer(f.Code); a {
			case payments.Unknown, payments.Used, payments.TooOld, payments.NotYet:
				return payments.Result{Answer: a}, nil
			}
		}
		return payments.Result{}, err
	}
	r := payments.Result{Client: got["numcli"], Reference: got["refdet"], Number: got["numauto"]}
	switch a := payments.Answer(got["resultrans"]); a {
	case payments.PaidByCard, payments.PaidByDebit, payments.CardRefused, payments.DebitRefused, payments.WasAbandoned:
		r.Answer = a
	default:
		return payments.Result{}, trouble(errors.New("the answer has no result of the kind"))
	}
	cents, err := strconv.ParseInt(got["montant"], 10, 64)
	if err != nil || !strings.EqualFold(got["idOp"], idOp) {
		return payments.Result{}, trouble(errors.New("the answer is of another payment"))
	}
	r.Amount = portal.Money(cents)
	return r, nil
}

// Desk asks what PayFiP calls a cash desk's number; a *payments.Fault with a
// code says that it knows none.
func (c *Client) Desk(ctx context.Context, client string) (string, error) {
	got, err := c.ask(ctx, OpClient, []field{{"numCli", client}})
	if err != nil {
		return "", err
	}
	return strings.Join(strings.Fields(got["libelleN1"]+" "+got["libelleN2"]+" "+got["libelleN3"]), " "), nil
}

// ask posts one question and reads its answer.
func (c *Client) ask(ctx context.Context, op string, fields []field) (map[string]string, error) {
	r, err := c.http.R().SetContext(ctx).SetHeader("Content-Type", "text/xml; charset=utf-8").SetHeader("SOAPAction", `""`).
		SetBody(question(op, fields)).Post(c.service)
	if err != nil {
		return nil, trouble(fmt.Errorf("no answer: %w", bare(err)))
	}
	a, err := readAnswer(r.Body())
	switch {
	case err == nil && a.fault && a.functional && a.code != "":
		return nil, &payments.Fault{Code: a.code, Cause: errors.New(strings.Join(strings.Fields(a.label), " "))}
	case err == nil && a.fault:
		return nil, trouble(fmt.Errorf("it says %q", a.kind))
	case r.StatusCode() != http.StatusOK:
		return nil, trouble(fmt.Errorf("the answer is %d", r.StatusCode()))
	case err != nil:
		return nil, trouble(err)
	}
	return a.fields, nil
}

// question writes an envelope whose operation alone has a namespace: PayFiP
// does not know the fields by any other name.
func question(op string, fields []field) []byte {
	var b strings.Builder
	b.WriteString(xml.Header + `<soapenv:Envelope xmlns:soapenv="` + soapEnvelope + `" xmlns:pai="` + Namespace + `"><soapenv:Body><pai:` + op + `><arg0>`)
	for _, f := range fields {
		b.WriteString("<" + f.name + ">")
		_ = xml.EscapeText(&b, []byte(f.value)) // a builder takes everything
		b.WriteString("</" + f.name + ">")
	}
	b.WriteString(`</arg0></pai:` + op + `></soapenv:Body></soapenv:Envelope>`)
	return []byte(b.String())
}

func trouble(cause error) error { return &payments.Fault{Cause: cause} }

// bare is the cause of an error without the address it happened at.
func bare(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	if errors.Is(err, resty.ErrResponseBodyTooLarge) {
		return resty.ErrResponseBodyTooLarge
	}
	return errors.New("it could not be asked")
}
