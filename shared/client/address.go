package client

import (
	"context"
	"net"
	"net/url"
	"strings"
	"unicode"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// BaseURL turns what a person typed or pasted as their portal's address into
// the address that calls go to: https where nothing else is said, plain http
// on the machine itself only, and without what stands behind the host, for a
// portal has a host of its own.
func BaseURL(typed string) (string, error) {
	wrong := portal.E(portal.Invalid, "address")
	s := strings.Trim(strings.TrimSpace(typed), "<>\"'«»\u00a0 .,;")
	if s == "" {
		return "", portal.E(portal.Missing, "address")
	}
	if !strings.Contains(s, "://") {
		s = "//" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || !hostLike(u.Host) {
		return "", wrong
	}
	scheme := strings.ToLower(u.Scheme)
	local := loopback(u.Hostname())
	switch scheme {
	case "":
		if scheme = "https"; local {
			scheme = "http"
		}
	case "http":
		if !local {
			scheme = "https"
			// Port 80 was meant for http; another one is a choice of theirs.
			if u.Port() == "80" {
				u.Host = strings.TrimSuffix(u.Host, ":80")
			}
		}
	case "https":
	default:
		return "", wrong
	}
	if !local && !strings.ContainsAny(u.Hostname(), ".:") {
		return "", wrong // a word is not an address
	}
	return scheme + "://" + strings.ToLower(u.Host), nil
}

// hostLike reports whether a host is made of what hosts are made of, accents
// included; zones of local addresses are not.
func hostLike(host string) bool {
	for _, r := range host {
		if r == unicode.ReplacementChar || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-.:[]", r) {
			return false
		}
	}
	if strings.Count(host, ":") > 1 && !strings.HasPrefix(host, "[") {
		return false
	}
	return !strings.HasPrefix(host, ".") && !strings.HasSuffix(host, ".") && !strings.Contains(host, ".:") && !strings.HasSuffix(host, ":")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// Probe asks an address whose portal it is. Its failures carry a Cause each.
func Probe(ctx context.Context, address string) (wire.TownInfo, error) {
	return Options{}.Probe(ctx, address)
}

// Probe is the function of that name, going by the options' dialler and
// certificates.
func (o Options) Probe(ctx context.Context, address string) (wire.TownInfo, error) {
	o.Address, o.Token, o.Town, o.Confirmed = address, nil, "", nil
	c, err := New(o)
	if err != nil {
		return wire.TownInfo{}, err
	}
	defer c.Close()
	return c.Town(ctx)
}

// Alone asks whose portal it is on a connection of its own, which no other
// call has used or will.
func (c *Client) Alone(ctx context.Context) error {
	_, err := c.options.Probe(ctx, c.base)
	return err
}
