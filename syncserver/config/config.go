// Package config reads the server's settings from the environment (names
// begin with PARVIS_) and from flags of the same names (--smtp-host), checks
// them all, and tells every mistake at once with what would be right. It
// knows nothing of the parts that use the settings.
package config

import (
	"crypto/tls"
	"log/slog"
	"net/netip"
	"strings"
	"time"
)

// Prefix of the environment's variables.
const Prefix = "PARVIS_"

// Config is what a server is started with. The fields' tags are the whole
// list of settings: names, defaults and what they are for.
type Config struct {
	Listen      string    `env:"LISTEN" envDefault:"127.0.0.1:8080" help:"address and port to listen on"`
	PublicURL   string    `env:"PUBLIC_URL" help:"address under which families reach this server, such as https://portail.mairie.example; links in mails begin with it"`
	TLSCert     string    `env:"TLS_CERT" help:"certificate file (PEM, with the chain)"`
	TLSKey      string    `env:"TLS_KEY" help:"the certificate's key file (PEM)"`
	BehindProxy []Network `env:"BEHIND_PROXY" help:"addresses of the reverse proxies that end TLS for us and whose X-Forwarded-For is believed"`

	DataDir  string `env:"DATA_DIR" envDefault:"/var/lib/parvis" help:"folder of the embedded database and of uploaded files"`
	Database Secret `env:"DATABASE" help:"sqlite:PATH or postgres://…; by default parvis.db in the data folder"`

	Files       string `env:"FILES" help:"where uploaded files lie: a folder's path, or s3://host/bucket/prefix (s3+http:// on this machine only); by default the folder files in the data folder"`
	FilesKey    string `env:"FILES_KEY" help:"access key of the bucket"`
	FilesSecret Secret `env:"FILES_SECRET" help:"its secret"`
	FilesRegion string `env:"FILES_REGION" help:"region of the bucket, where its host asks for one"`
	Clamd       string `env:"CLAMD" help:"ClamAV's daemon, which looks for viruses in uploaded files: unix:/run/clamav/clamd.ctl, or host:port on this machine; none, when empty"`

	TownName string `env:"TOWN_NAME" help:"the town's name, written into a new database"`
	TownZone string `env:"TOWN_ZONE" help:"the town's school holiday zone (A, B or C), written into a new database"`

	SMTPHost     string `env:"SMTP_HOST" help:"mail server"`
	SMTPPort     int    `env:"SMTP_PORT" help:"its port; by default 587 with starttls, 465 with tls, 25 with plain"`
	SMTPMode     string `env:"SMTP_MODE" envDefault:"starttls" help:"starttls, tls, or plain (to this machine only)"`
	SMTPUser     string `env:"SMTP_USER" help:"login at the mail server"`
	SMTPPassword Secret `env:"SMTP_PASSWORD" help:"password at the mail server"`
	MailFrom     string `env:"MAIL_FROM" help:"sender of the mails, such as Mairie de Vesle <portail@mairie.example>"`

	SessionHomeIdle  time.Duration `env:"SESSION_HOME_IDLE" envDefault:"720h" help:"a family's session ends after this long without use"`
	SessionHomeMax   time.Duration `env:"SESSION_HOME_MAX" envDefault:"2160h" help:"and at the latest after this long"`
	SessionAgentIdle time.Duration `env:"SESSION_AGENT_IDLE" envDefault:"15m" help:"the same for an agent's session"`
	SessionAgentMax  time.Duration `env:"SESSION_AGENT_MAX" envDefault:"8h" help:"the same for an agent's session"`
	SessionKioskIdle time.Duration `env:"SESSION_KIOSK_IDLE" envDefault:"2m" help:"the same on a public computer"`
	SessionKioskMax  time.Duration `env:"SESSION_KIOSK_MAX" envDefault:"30m" help:"the same on a public computer"`

	KioskAddresses []Network `env:"KIOSK_ADDRESSES" help:"addresses of the public computers, which share one address and are not throttled by it"`

	AddressService string `env:"ADDRESS_SERVICE" help:"base address of the service that suggests postal addresses, such as https://data.geopf.fr/geocodage; none, when empty"`

	FundService string `env:"FUND_SERVICE" help:"base address of API Particulier, such as https://particulier.api.gouv.fr, which families may have asked for their quotient; none, when empty"`
	FundToken   Secret `env:"FUND_TOKEN" help:"the token that the State gave the town for it"`
	FundSIRET   string `env:"FUND_SIRET" help:"the town's SIRET, fourteen digits, which each question names"`

	PayFiPService string `env:"PAYFIP_SERVICE" help:"address of PayFiP's web service, https://www.payfip.gouv.fr/tpa/services/securite; no payments on line, when empty"`
	PayFiPPage    string `env:"PAYFIP_PAGE" envDefault:"https://www.payfip.gouv.fr/tpa/paiementws.web" help:"address of the page on which people pay"`
	PayFiPMode    string `env:"PAYFIP_MODE" envDefault:"T" help:"T for tests, X while PayFiP opens the town's access, W in earnest"`

	LogLevel  slog.Level `env:"LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	LogFormat string     `env:"LOG_FORMAT" envDefault:"json" help:"json or text"`

	MetricsListen string `env:"METRICS_LISTEN" help:"address and port of the metrics; none, when empty and no token is set"`
	MetricsToken  Secret `env:"METRICS_TOKEN" help:"bearer token that the metrics ask for; needed off loopback"`

	ShutdownGrace time.Duration `env:"SHUTDOWN_GRACE" envDefault:"20s" help:"how long a stop waits for requests under way"`
	ArgonParallel int           `env:"ARGON_PARALLEL" envDefault:"0" help:"passwords computed at the same time; 0 is one a core"`

	// demo has no tag, so that no variable and no flag can set it.
	demo bool
	cert *tls.Certificate
}

// Demo reports whether this is a demonstration: only Demonstration makes such
// a Config, Load never does.
func (c *Config) Demo() bool { return c.demo }

// Certificate is the checked TLS certificate, nil without TLS.
func (c *Config) Certificate() *tls.Certificate { return c.cert }

// Engines of the database.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Engine is which database the server stands on, and where: a file's path, or
// an address for the driver, which holds a password.
func (c *Config) Engine() (engine string, source Secret) {
	s := c.Database.Reveal()
	if path, ok := strings.CutPrefix(s, "sqlite:"); ok {
		return SQLite, NewSecret(path)
	}
	return Postgres, c.Database
}

// DemoFundToken opens the demo's own family fund, which knows invented people
// only.
const DemoFundToken = "demonstration-seulement"

// Demonstration is the Config of the demo: on loopback only, with its own
// folder, town, mail sink, family fund and page of payment, whatever the environment says.
func Demonstration(dataDir, listen, smtpHost string, smtpPort int, fund, payfip, page string) *Config {
	c := defaults()
	c.demo = true
	c.Listen, c.PublicURL = listen, "http://"+listen
	c.DataDir = dataDir
	c.Database = NewSecret("sqlite:" + dataDir + "/parvis.db")
	c.Files = dataDir + "/files"
	c.TownName, c.TownZone = "Saint-Aubin-sur-Vesle", "B"
	c.SMTPHost, c.SMTPPort, c.SMTPMode = smtpHost, smtpPort, ModePlain
	c.MailFrom = "Mairie de Saint-Aubin-sur-Vesle <portail@saint-aubin-sur-vesle.example>"
	c.FundService, c.FundToken, c.FundSIRET = fund, NewSecret(DemoFundToken), "21510999900015"
	c.PayFiPService, c.PayFiPPage, c.PayFiPMode = payfip, page, "T"
	c.LogFormat, c.LogLevel = "text", slog.LevelWarn
	c.ShutdownGrace = 3 * time.Second
	return c
}

// Network is an address or a range of addresses.
type Network struct{ netip.Prefix }

// UnmarshalText reads 192.0.2.7, 192.0.2.0/24 and their like in IPv6.
func (n *Network) UnmarshalText(b []byte) error {
	s := strings.TrimSpace(string(b))
	if a, err := netip.ParseAddr(s); err == nil {
		n.Prefix = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
		return nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return err
	}
	n.Prefix = p.Masked()
	return nil
}

// Strings writes networks the way gin's SetTrustedProxies reads them.
func Strings(ns []Network) []string {
	out := make([]string, len(ns))
	for i, n := range ns {
		out[i] = n.String()
	}
	return out
}
