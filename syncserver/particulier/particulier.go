// Package particulier asks API Particulier for a person's family quotient. It
// knows that service's paths and answers, and nothing of accounts: who is asked
// about, and whether they agreed to it, is decided before.
package particulier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/go-resty/resty/v2"

	"parvis/shared/portal"
	"parvis/shared/quotients"
)

const (
	// Path of the question.
	Path = "/v3/dss/quotient_familial/identite"

	patience = 15 * time.Second // the fund behind it is slow at the month's turn
	mostRead = 256 << 10
)

// Client asks on behalf of one town.
type Client struct {
	http  *resty.Client
	siret string
}

// New makes one: base is https://particulier.api.gouv.fr, token what the State
// gave the town, siret the town's number, which each question names.
func New(base, token, siret string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("particulier: the base is not a web address")
	}
	if token == "" || !ValidSIRET(siret) {
		return nil, errors.New("particulier: a token and a SIRET of 14 digits are needed")
	}
	c := resty.New().SetBaseURL(base).SetAuthToken(token).SetTimeout(patience).SetResponseBodyLimit(mostRead).
		SetHeader("Accept", "application/json").SetLogger(silent{}).
		// The address that was configured is the one that is asked.
		SetRedirectPolicy(resty.RedirectPolicyFunc(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }))
	return &Client{c, siret}, nil
}

// silent keeps resty from writing addresses, which hold names, into any log.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}

var fourteen = regexp.MustCompile(`^\d{14}$`)

// ValidSIRET reports whether s is the number of an establishment: fourteen
// digits whose sum, every second one doubled, ends in nought.
func ValidSIRET(s string) bool {
	if !fourteen.MatchString(s) {
		return false
	}
	sum := 0
	for i, c := range s {
		d := int(c - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// answer is what of the answer is of use: the value, and of when. Who else is in
// the file, and where they live, is not even read.
type answer struct {
	Data struct {
		Quotient struct {
			Value    *int   `json:"valeur"`
			Year     int    `json:"annee"`
			Month    int    `json:"mois"`
			Provider string `json:"fournisseur"`
		} `json:"quotient_familial"`
	} `json:"data"`
}

// Quotient asks for the family quotient of a person. Its error is a
// *quotients.Trouble, which tells nothing of them.
func (c *Client) Quotient(ctx context.Context, who quotients.Identity) (quotients.Answer, error) {
	q := url.Values{
		"recipient": {c.siret}, "nomNaissance": {who.BirthName}, "prenoms[]": who.FirstNames, "sexeEtatCivil": {who.Sex},
		"codeCogInseePaysNaissance": {who.Country}, "anneeDateNaissance": {strconv.Itoa(who.Birth.Year())},
		"moisDateNaissance": {strconv.Itoa(int(who.Birth.Month()))}, "jourDateNaissance": {strconv.Itoa(who.Birth.Day())},
	}
	if who.Country == quotients.France {
		q.Set("nomCommuneNaissance", who.Town)
		q.Set("codeCogInseeDepartementNaissance", who.Department)
	}
	r, err := c.http.R().SetContext(ctx).SetQueryParamsFromValues(q).Get(Path)
	if err != nil {
		return quotients.Answer{}, trouble(fmt.Errorf("no answer: %w", bare(err)))
	}
	switch status := r.StatusCode(); status {
	case http.StatusOK:
	case http.StatusNotFound:
		return quotients.Answer{}, &quotients.Trouble{Outcome: quotients.NoFile}
	case http.StatusUnprocessableEntity:
		return quotients.Answer{}, &quotients.Trouble{Outcome: quotients.NotIdentified}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return quotients.Answer{}, &quotients.Trouble{After: after(r.Header()), Cause: fmt.Errorf("particulier: the answer is %d", status)}
	default:
		return quotients.Answer{}, trouble(fmt.Errorf("the answer is %d", status))
	}
	var a answer
	if err := json.Unmarshal(r.Body(), &a); err != nil {
		return quotients.Answer{}, trouble(errors.New("the answer is not JSON of the kind"))
	}
	got := a.Data.Quotient
	if got.Value == nil || got.Month < 1 || got.Month > 12 || got.Year < 2000 || got.Year > 2999 {
		return quotients.Answer{}, trouble(errors.New("the answer has no quotient of a month"))
	}
	return quotients.Answer{Value: *got.Value, Month: portal.NewDate(got.Year, time.Month(got.Month), 1), Provider: provider(got.Provider)}, nil
}

// provider is the fund's name where it is one of the two.
func provider(s string) string {
	if s == "CNAF" || s == "MSA" {
		return s
	}
	return ""
}

func trouble(cause error) error {
	return &quotients.Trouble{Cause: fmt.Errorf("particulier: %w", cause)}
}

// after is how long to wait, as the service says it: in seconds, or until a
// date.
func after(h http.Header) time.Duration {
	s := h.Get("Retry-After")
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return time.Duration(min(n, 1<<20)) * time.Second
	}
	if at, err := http.ParseTime(s); err == nil {
		if now, err := http.ParseTime(h.Get("Date")); err == nil && at.After(now) {
			return at.Sub(now)
		}
	}
	return 0
}

// bare is the cause of an error without the address it happened at, which holds
// who was asked about.
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
