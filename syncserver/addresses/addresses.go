// Package addresses asks the national address service how a postal address
// goes on. It knows its GeoJSON and nothing of families: what is asked there is
// the beginning of an address, from this server and not from whoever types it.
package addresses

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"parvis/shared/accounts"
)

const (
	patience = 3 * time.Second
	mostRead = 256 << 10
)

// Service is an address service at a base URL, such as
// https://data.geopf.fr/geocodage.
type Service struct {
	base *url.URL
	http *http.Client
}

// New makes one. It follows no redirects: the address that was configured is
// the one that is asked.
func New(base string) (*Service, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("addresses: the base is not a web address")
	}
	return &Service{base: u, http: &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// collection is what of the answer is of use here.
type collection struct {
	Features []struct {
		Properties struct {
			Name     string `json:"name"`
			House    string `json:"housenumber"`
			Street   string `json:"street"`
			Postcode string `json:"postcode"`
			City     string `json:"city"`
		} `json:"properties"`
	} `json:"features"`
}

// Search gives addresses that begin so, the likeliest first.
func (s *Service) Search(ctx context.Context, text string, limit int) ([]accounts.Address, error) {
	u := s.base.JoinPath("search")
	u.RawQuery = url.Values{"q": {text}, "limit": {strconv.Itoa(limit)}, "autocomplete": {"1"}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errors.New("addresses: the question cannot be asked")
	}
	r.Header.Set("Accept", "application/json")
	answer, err := s.http.Do(r)
	if err != nil {
		// The error of net/http quotes the address, and with it what was typed.
		return nil, fmt.Errorf("addresses: no answer: %w", bare(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("addresses: the answer is %d", answer.StatusCode)
	}
	var found collection
	if err := json.NewDecoder(io.LimitReader(answer.Body, mostRead)).Decode(&found); err != nil {
		return nil, errors.New("addresses: the answer is not GeoJSON")
	}
	var out []accounts.Address
	for _, f := range found.Features {
		p := f.Properties
		line := p.Name // of a place or a street without a number
		if p.House != "" {
			line = p.House + " " + p.Street
		}
		out = append(out, accounts.Address{Line1: line, Postcode: p.Postcode, City: p.City, Country: accounts.France})
	}
	return out, nil
}

// bare is the cause of an error without the address it happened at.
func bare(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
