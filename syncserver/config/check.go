package config

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Modes of talking to the mail server.
const (
	ModeStartTLS = "starttls"
	ModeTLS      = "tls"
	ModePlain    = "plain"
)

// Mistake is one setting that cannot stand.
type Mistake struct {
	Name    string // of the variable, with its flag
	Problem string
	Right   string // what would be right
}

// Mistakes is the error of Load.
type Mistakes []Mistake

// Error writes a line for each mistake.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, w := range m {
		lines[i] = w.Name + ": " + w.Problem
		if w.Right != "" {
			lines[i] += "; " + w.Right
		}
	}
	return strings.Join(lines, "\n")
}

func (m *Mistakes) add(name, problem, right string) {
	if s, ok := settingOf(func(s setting) bool { return s.variable == name }); ok && !s.secret {
		name += " (" + s.flag + ")"
	}
	*m = append(*m, Mistake{name, problem, right})
}

// field adds a mistake about a field of Config.
func (m *Mistakes) field(field, problem, right string) {
	s, _ := settingOf(func(s setting) bool { return s.field == field })
	m.add(s.variable, problem, right)
}

// check judges what was read. What could not be read was told already.
func (m *Mistakes) check(c *Config, purpose Purpose, unread map[string]bool) {
	m.checkStore(c)
	if purpose == Tools {
		return
	}
	m.checkListening(c, unread)
	m.checkFiles(c)
	m.checkMail(c, unread)
	m.checkSessions(c, unread)
	if c.AddressService != "" {
		u, err := url.Parse(c.AddressService)
		if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
			m.field("AddressService", "is not the address of a service", "write its base, such as https://data.geopf.fr/geocodage; plain http only on this machine")
		}
	}
	m.checkFund(c)
	m.checkPayFiP(c)
	if c.LogFormat != "json" && c.LogFormat != "text" {
		m.field("LogFormat", fmt.Sprintf("%q is not a format", c.LogFormat), "write json or text")
	}
	if c.MetricsListen != "" {
		if host, ok := m.address("MetricsListen", c.MetricsListen); ok && !loopback(host) && c.MetricsToken.Empty() {
			m.field("MetricsListen", "the metrics would be open to everybody", "listen on 127.0.0.1, or set "+Prefix+"METRICS_TOKEN")
		}
	}
	if n := len(c.MetricsToken.Reveal()); n > 0 && n < 16 {
		m.field("MetricsToken", "can be guessed", "use at least 16 characters")
	}
	if !unread["ShutdownGrace"] && (c.ShutdownGrace <= 0 || c.ShutdownGrace > 10*time.Minute) {
		m.field("ShutdownGrace", c.ShutdownGrace.String()+" is out of bounds", "write up to 10m")
	}
	if !unread["ArgonParallel"] && (c.ArgonParallel < 0 || c.ArgonParallel > 64) {
		m.field("ArgonParallel", strconv.Itoa(c.ArgonParallel)+" is out of bounds", "write 0 (one a core) to 64; each takes up to 64 MiB of memory")
	}
}

// checkFund judges what the family fund is asked with: all of it, or nothing.
func (m *Mistakes) checkFund(c *Config) {
	if c.FundService == "" {
		if c.FundSIRET != "" || !c.FundToken.Empty() {
			m.field("FundService", "is empty, so nobody is asked", "write https://particulier.api.gouv.fr, or leave "+Prefix+"FUND_TOKEN and "+Prefix+"FUND_SIRET empty")
		}
		return
	}
	u, err := url.Parse(c.FundService)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		m.field("FundService", "is not the address of a service", "write its base, such as https://particulier.api.gouv.fr; plain http only on this machine")
	}
	if c.FundToken.Empty() {
		m.field("FundToken", "is needed to ask API Particulier", "write the token that datapass.api.gouv.fr gave the town")
	}
	if !fourteenDigits.MatchString(c.FundSIRET) {
		m.field("FundSIRET", "is not a SIRET", "write the town's fourteen digits, without spaces")
	}
}

// checkPayFiP judges what PayFiP is reached by.
func (m *Mistakes) checkPayFiP(c *Config) {
	if c.PayFiPMode != "T" && c.PayFiPMode != "X" && c.PayFiPMode != "W" {
		m.field("PayFiPMode", fmt.Sprintf("%q is not a mode", c.PayFiPMode), "write T, X or W")
	}
	if c.PayFiPService == "" {
		return
	}
	for _, at := range [][2]string{{"PayFiPService", c.PayFiPService}, {"PayFiPPage", c.PayFiPPage}} {
		field, address := at[0], at[1]
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
			m.field(field, "is not the address of a service", "write it as PayFiP's documents give it; plain http only on this machine")
		}
	}
	// With the longest path of ours it must stay within what PayFiP takes.
	if len(c.PublicURL) > 200 {
		m.field("PublicURL", "is too long for PayFiP", "write at most 200 characters")
	}
}

var fourteenDigits = regexp.MustCompile(`^\d{14}$`)

func (m *Mistakes) checkStore(c *Config) {
	if c.TownZone != "" && c.TownZone != "A" && c.TownZone != "B" && c.TownZone != "C" {
		m.field("TownZone", fmt.Sprintf("%q is not a zone", c.TownZone), "write A, B or C")
	}
	if !filepath.IsAbs(c.DataDir) {
		m.field("DataDir", fmt.Sprintf("%q is not an absolute path", c.DataDir), "write a path such as /var/lib/parvis")
	}
	s := c.Database.Reveal()
	const right = "write sqlite:/var/lib/parvis/parvis.db or postgres://user:password@host/name"
	if path, ok := strings.CutPrefix(s, "sqlite:"); ok {
		// Options after a question mark would undo what the store sets.
		if path == "" || strings.ContainsAny(path, "?#") || strings.HasPrefix(path, "//") {
			m.field("Database", "is not a file's path", right)
		} else if !filepath.IsAbs(path) && filepath.IsAbs(c.DataDir) {
			m.field("Database", "is not an absolute path", right)
		}
		return
	}
	// The address may hold a password: neither it nor the parser's
	// complaint, which quotes it, is repeated.
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || strings.Trim(u.Path, "/") == "" {
		m.field("Database", "is not the address of a database", right)
	}
}

func (m *Mistakes) checkListening(c *Config, unread map[string]bool) {
	host, listenable := m.address("Listen", c.Listen)
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		m.field("TLSCert", "a certificate and its key go together", "set both "+Prefix+"TLS_CERT and "+Prefix+"TLS_KEY, or neither")
	case c.TLSCert != "":
		cert, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			m.field("TLSCert", err.Error(), "name a PEM certificate and its key that this user can read")
		} else {
			c.cert = &cert
		}
	case listenable && !loopback(host) && len(c.BehindProxy) == 0 && !unread["BehindProxy"]:
		m.field("Listen", "families' data would cross the network in the clear",
			"set "+Prefix+"TLS_CERT and "+Prefix+"TLS_KEY, or "+Prefix+"BEHIND_PROXY when a proxy ends TLS, or listen on 127.0.0.1")
	}
	for _, n := range c.BehindProxy {
		if n.Bits() == 0 {
			m.field("BehindProxy", n.String()+" would believe anybody", "name the proxies' own addresses")
		}
	}
	m.checkPublicURL(c)
}

func (m *Mistakes) checkPublicURL(c *Config) {
	const right = "write an address such as https://portail.mairie.example, without a path"
	u, err := url.Parse(c.PublicURL)
	switch {
	case c.PublicURL == "":
		m.field("PublicURL", "is missing", right)
	case err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http"):
		m.field("PublicURL", fmt.Sprintf("%q is not a web address", c.PublicURL), right)
	case u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		m.field("PublicURL", "has more than a name and a port", right)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		m.field("PublicURL", "the links in mails would be open to anybody on the way", "write it with https://")
	default:
		c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	}
}

func (m *Mistakes) checkMail(c *Config, unread map[string]bool) {
	ports := map[string]int{ModeStartTLS: 587, ModeTLS: 465, ModePlain: 25}
	if _, ok := ports[c.SMTPMode]; !ok {
		m.field("SMTPMode", fmt.Sprintf("%q is not a mode", c.SMTPMode), "write starttls, tls or plain")
	}
	if c.SMTPHost == "" {
		m.field("SMTPHost", "is missing: accounts are activated by mail", "name your mail server")
	} else if strings.ContainsAny(c.SMTPHost, " /@") || (strings.Contains(c.SMTPHost, ":") && !isAddress(c.SMTPHost)) {
		m.field("SMTPHost", fmt.Sprintf("%q is not a host", c.SMTPHost), "write a name alone; the port is "+Prefix+"SMTP_PORT")
	} else if c.SMTPMode == ModePlain && !loopback(c.SMTPHost) {
		m.field("SMTPMode", "mails with links and codes would cross the network in the clear", "plain is for a mail server on this machine; write starttls or tls")
	}
	if !unread["SMTPPort"] {
		if c.SMTPPort == 0 {
			c.SMTPPort = ports[c.SMTPMode]
		} else if c.SMTPPort < 1 || c.SMTPPort > 65535 {
			m.field("SMTPPort", strconv.Itoa(c.SMTPPort)+" is not a port", "write a number from 1 to 65535")
		}
	}
	if (c.SMTPUser == "") != c.SMTPPassword.Empty() {
		m.field("SMTPUser", "a login and its password go together", "set both "+Prefix+"SMTP_USER and "+Prefix+"SMTP_PASSWORD, or neither")
	}
	const right = "write an address such as Mairie de Vesle <portail@mairie.example>"
	if c.MailFrom == "" {
		m.field("MailFrom", "is missing", right)
	} else if _, err := mail.ParseAddress(c.MailFrom); err != nil || strings.ContainsAny(c.MailFrom, "\r\n") {
		m.field("MailFrom", fmt.Sprintf("%q is not a sender", c.MailFrom), right)
	}
}

func (m *Mistakes) checkFiles(c *Config) {
	const right = "write a path such as /var/lib/parvis/files, or s3://host/bucket"
	if u, err := url.Parse(c.Files); err == nil && (u.Scheme == "s3" || u.Scheme == "s3+http") {
		switch {
		case u.Host == "" || strings.Trim(u.Path, "/") == "" || u.RawQuery != "" || u.Fragment != "":
			m.field("Files", "is not the address of a bucket", right)
		case u.User != nil:
			m.field("Files", "holds a key", "set "+Prefix+"FILES_KEY and "+Prefix+"FILES_SECRET")
		case u.Scheme == "s3+http" && !loopback(u.Hostname()):
			m.field("Files", "families' documents would cross the network in the clear", "write it with s3://")
		}
		if c.FilesKey == "" || c.FilesSecret.Empty() {
			m.field("FilesKey", "a bucket needs its key and secret", "set both "+Prefix+"FILES_KEY and "+Prefix+"FILES_SECRET")
		}
	} else if !filepath.IsAbs(c.Files) && filepath.IsAbs(c.DataDir) {
		m.field("Files", fmt.Sprintf("%q is neither an absolute path nor a bucket", c.Files), right)
	} else if c.FilesKey != "" || !c.FilesSecret.Empty() {
		m.field("FilesKey", "a folder has no key", "name a bucket, or leave "+Prefix+"FILES_KEY and "+Prefix+"FILES_SECRET empty")
	}
	if c.Clamd == "" {
		return
	}
	if path, unix := strings.CutPrefix(c.Clamd, "unix:"); unix {
		if !filepath.IsAbs(path) {
			m.field("Clamd", fmt.Sprintf("%q is not the path of a socket", path), "write unix:/run/clamav/clamd.ctl")
		}
	} else if host, ok := m.address("Clamd", c.Clamd); ok && !loopback(host) {
		m.field("Clamd", "families' documents would cross the network in the clear", "run the daemon on this machine, or reach it through a tunnel")
	}
}

func (m *Mistakes) checkSessions(c *Config, unread map[string]bool) {
	for _, s := range []struct {
		idleField, maxField string
		idle, max, bound    time.Duration
	}{
		{"SessionHomeIdle", "SessionHomeMax", c.SessionHomeIdle, c.SessionHomeMax, 90 * 24 * time.Hour},
		{"SessionAgentIdle", "SessionAgentMax", c.SessionAgentIdle, c.SessionAgentMax, 12 * time.Hour},
		{"SessionKioskIdle", "SessionKioskMax", c.SessionKioskIdle, c.SessionKioskMax, time.Hour},
	} {
		if unread[s.idleField] || unread[s.maxField] {
			continue
		}
		// Shorter than a minute nobody can work; the warning before the end
		// alone takes 20 s.
		if s.idle < time.Minute {
			m.field(s.idleField, s.idle.String()+" is too short", "write at least 1m")
		}
		if s.max > s.bound {
			m.field(s.maxField, s.max.String()+" is too long", "write at most "+s.bound.String())
		}
		if s.idle > s.max {
			m.field(s.idleField, s.idle.String()+" is longer than the session itself", "write at most "+s.max.String())
		}
	}
}

// address checks a host:port to listen on.
func (m *Mistakes) address(field, s string) (host string, ok bool) {
	host, port, err := net.SplitHostPort(s)
	if err == nil {
		var n int
		n, err = strconv.Atoi(port)
		if err == nil && (n < 0 || n > 65535) {
			err = strconv.ErrRange
		}
	}
	if err != nil {
		m.field(field, fmt.Sprintf("%q is not an address to listen on", s), "write host:port, such as 127.0.0.1:8080 or :443")
		return "", false
	}
	return host, true
}

// loopback reports whether a host is this machine and cannot be anything
// else. An empty host listens everywhere.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

func isAddress(host string) bool { _, err := netip.ParseAddr(host); return err == nil }

func hasPassword(database string) bool {
	u, err := url.Parse(database)
	if err != nil {
		return true // better refused than shown
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password")
}
