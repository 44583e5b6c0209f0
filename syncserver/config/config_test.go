package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// production is the least that a server off loopback is started with.
func production(more ...string) []string {
	return append([]string{
		"PARVIS_LISTEN=127.0.0.1:8080",
		"PARVIS_PUBLIC_URL=https://portail.vesle.example/",
		"PARVIS_SMTP_HOST=mail.vesle.example",
		"PARVIS_MAIL_FROM=Mairie de Vesle <portail@vesle.example>",
		"HOME=/root", "PATH=/bin",
	}, more...)
}

func TestLeastProduction(t *testing.T) {
	c, err := Load(Serve, nil, production())
	if err != nil {
		t.Fatal(err)
	}
	if c.PublicURL != "https://portail.vesle.example" || c.SMTPPort != 587 || c.SMTPMode != ModeStartTLS {
		t.Errorf("%s, %d, %s", c.PublicURL, c.SMTPPort, c.SMTPMode)
	}
	if engine, at := c.Engine(); engine != SQLite || at.Reveal() != "/var/lib/parvis/parvis.db" {
		t.Errorf("the database is %s at %s", engine, at.Reveal())
	}
	for name, got := range map[string][2]time.Duration{
		"home idle":  {c.SessionHomeIdle, 30 * 24 * time.Hour},
		"home max":   {c.SessionHomeMax, 90 * 24 * time.Hour},
		"agent idle": {c.SessionAgentIdle, 15 * time.Minute},
		"agent max":  {c.SessionAgentMax, 8 * time.Hour},
		"kiosk idle": {c.SessionKioskIdle, 2 * time.Minute},
		"kiosk max":  {c.SessionKioskMax, 30 * time.Minute},
	} {
		if got[0] != got[1] {
			t.Errorf("%s is %s, promised is %s", name, got[0], got[1])
		}
	}
	if c.Demo() || c.Certificate() != nil {
		t.Error("a plain production is a demo or has a certificate")
	}
}

func TestMistakesAreToldWithWhatIsRight(t *testing.T) {
	for name, c := range map[string]struct {
		env, args []string
		names     []string // each mistake's variable or flag, in any order
		tells     string
	}{
		"plain HTTP off loopback": {env: []string{"PARVIS_LISTEN=:8080"}, names: []string{"PARVIS_LISTEN"}, tells: "PARVIS_BEHIND_PROXY"},
		"and on every IPv6":       {env: []string{"PARVIS_LISTEN=[::]:8080"}, names: []string{"PARVIS_LISTEN"}},
		"a name is not loopback":  {env: []string{"PARVIS_LISTEN=vesle.example:8080"}, names: []string{"PARVIS_LISTEN"}},
		"not an address":          {env: []string{"PARVIS_LISTEN=8080"}, names: []string{"PARVIS_LISTEN"}, tells: "host:port"},
		"port out of range":       {env: []string{"PARVIS_LISTEN=127.0.0.1:99999"}, names: []string{"PARVIS_LISTEN"}},
		"a key without its pair":  {env: []string{"PARVIS_TLS_CERT=/x.pem"}, names: []string{"PARVIS_TLS_CERT"}, tells: "PARVIS_TLS_KEY"},
		"no certificate there":    {env: []string{"PARVIS_TLS_CERT=/none.pem", "PARVIS_TLS_KEY=/none.key"}, names: []string{"PARVIS_TLS_CERT"}},
		"everybody is a proxy":    {env: []string{"PARVIS_BEHIND_PROXY=0.0.0.0/0"}, names: []string{"PARVIS_BEHIND_PROXY"}},
		"not a network":           {env: []string{"PARVIS_BEHIND_PROXY=proxy.vesle.example"}, names: []string{"PARVIS_BEHIND_PROXY"}, tells: "192.0.2.7"},
		"public address in clear": {env: []string{"PARVIS_PUBLIC_URL=http://portail.vesle.example"}, names: []string{"PARVIS_PUBLIC_URL"}, tells: "https://"},
		"public address with path": {env: []string{"PARVIS_PUBLIC_URL=https://vesle.example/portail"},
			names: []string{"PARVIS_PUBLIC_URL"}},
		"a blank is absent":             {env: []string{"PARVIS_PUBLIC_URL= "}, names: []string{"PARVIS_PUBLIC_URL"}, tells: "is missing"},
		"plain mail elsewhere":          {env: []string{"PARVIS_SMTP_MODE=plain"}, names: []string{"PARVIS_SMTP_MODE"}, tells: "starttls"},
		"no such mode":                  {env: []string{"PARVIS_SMTP_MODE=ssl"}, names: []string{"PARVIS_SMTP_MODE"}},
		"login alone":                   {env: []string{"PARVIS_SMTP_USER=parvis"}, names: []string{"PARVIS_SMTP_USER"}},
		"port in the host":              {env: []string{"PARVIS_SMTP_HOST=mail.vesle.example:25"}, names: []string{"PARVIS_SMTP_HOST"}, tells: "PARVIS_SMTP_PORT"},
		"not a number":                  {env: []string{"PARVIS_SMTP_PORT=smtp"}, names: []string{"PARVIS_SMTP_PORT"}, tells: "whole number"},
		"not a sender":                  {env: []string{"PARVIS_MAIL_FROM=Mairie"}, names: []string{"PARVIS_MAIL_FROM"}},
		"a zone that is none":           {env: []string{"PARVIS_TOWN_ZONE=D"}, names: []string{"PARVIS_TOWN_ZONE"}},
		"not a duration":                {env: []string{"PARVIS_SESSION_AGENT_MAX=huit"}, names: []string{"PARVIS_SESSION_AGENT_MAX"}, tells: "8h"},
		"idle beyond the whole":         {env: []string{"PARVIS_SESSION_KIOSK_IDLE=45m"}, names: []string{"PARVIS_SESSION_KIOSK_IDLE"}},
		"longer than promised":          {env: []string{"PARVIS_SESSION_HOME_MAX=9000h"}, names: []string{"PARVIS_SESSION_HOME_MAX"}, tells: "2160h"},
		"no such level":                 {env: []string{"PARVIS_LOG_LEVEL=loud"}, names: []string{"PARVIS_LOG_LEVEL"}, tells: "debug"},
		"no such format":                {env: []string{"PARVIS_LOG_FORMAT=xml"}, names: []string{"PARVIS_LOG_FORMAT"}},
		"an address service in plain":   {env: []string{"PARVIS_ADDRESS_SERVICE=http://adresses.example/geocodage"}, names: []string{"PARVIS_ADDRESS_SERVICE"}, tells: "https://data.geopf.fr/geocodage"},
		"an address service of no kind": {env: []string{"PARVIS_ADDRESS_SERVICE=geocodage"}, names: []string{"PARVIS_ADDRESS_SERVICE"}, tells: "is not the address of a service"},
		"a fund without a token":        {env: []string{"PARVIS_FUND_SERVICE=https://particulier.api.gouv.fr"}, names: []string{"PARVIS_FUND_TOKEN", "PARVIS_FUND_SIRET"}, tells: "fourteen digits"},
		"a fund in plain":               {env: []string{"PARVIS_FUND_SERVICE=http://fonds.example", "PARVIS_FUND_TOKEN=canari", "PARVIS_FUND_SIRET=21510999900015"}, names: []string{"PARVIS_FUND_SERVICE"}, tells: "https://particulier.api.gouv.fr"},
		"a token for no fund":           {env: []string{"PARVIS_FUND_TOKEN=canari"}, names: []string{"PARVIS_FUND_SERVICE"}, tells: "nobody is asked"},
		"open metrics":                  {env: []string{"PARVIS_METRICS_LISTEN=:9090"}, names: []string{"PARVIS_METRICS_LISTEN"}, tells: "PARVIS_METRICS_TOKEN"},
		"a short token":                 {env: []string{"PARVIS_METRICS_TOKEN=abc"}, names: []string{"PARVIS_METRICS_TOKEN"}},
		"no grace":                      {env: []string{"PARVIS_SHUTDOWN_GRACE=0s"}, names: []string{"PARVIS_SHUTDOWN_GRACE"}},
		"too many at once":              {env: []string{"PARVIS_ARGON_PARALLEL=1000"}, names: []string{"PARVIS_ARGON_PARALLEL"}},
		"a relative folder":             {env: []string{"PARVIS_DATA_DIR=data"}, names: []string{"PARVIS_DATA_DIR"}},
		"another database":              {env: []string{"PARVIS_DATABASE=mysql://u:canari@h/d"}, names: []string{"PARVIS_DATABASE"}, tells: "postgres://"},
		"no database's name":            {env: []string{"PARVIS_DATABASE=postgres://u:canari@h"}, names: []string{"PARVIS_DATABASE"}},
		"a relative place of files":     {env: []string{"PARVIS_FILES=files"}, names: []string{"PARVIS_FILES"}, tells: "s3://"},
		"a bucket without its key":      {env: []string{"PARVIS_FILES=s3://s3.vesle.example/mairie"}, names: []string{"PARVIS_FILES_KEY"}, tells: "PARVIS_FILES_SECRET"},
		"a bucket without its name":     {env: []string{"PARVIS_FILES=s3://s3.vesle.example/", "PARVIS_FILES_KEY=k", "PARVIS_FILES_SECRET=canari"}, names: []string{"PARVIS_FILES"}},
		"a bucket in the clear":         {env: []string{"PARVIS_FILES=s3+http://s3.vesle.example/m", "PARVIS_FILES_KEY=k", "PARVIS_FILES_SECRET=canari"}, names: []string{"PARVIS_FILES"}, tells: "s3://"},
		"a key in a bucket's address":   {env: []string{"PARVIS_FILES=s3://k:canari@s3.vesle.example/m", "PARVIS_FILES_KEY=k", "PARVIS_FILES_SECRET=canari"}, names: []string{"PARVIS_FILES"}, tells: "PARVIS_FILES_SECRET"},
		"a key of a folder":             {env: []string{"PARVIS_FILES_KEY=k"}, names: []string{"PARVIS_FILES_KEY"}},
		"a scanner far away":            {env: []string{"PARVIS_CLAMD=clamav.vesle.example:3310"}, names: []string{"PARVIS_CLAMD"}},
		"a scanner without a port":      {env: []string{"PARVIS_CLAMD=localhost"}, names: []string{"PARVIS_CLAMD"}},
		"a scanner's socket":            {env: []string{"PARVIS_CLAMD=unix:clamd.ctl"}, names: []string{"PARVIS_CLAMD"}, tells: "/run/clamav"},
		"an address not to parse": {env: []string{"PARVIS_DATABASE=postgres://u:canari@h:x y/d"},
			names: []string{"PARVIS_DATABASE"}},
		"options of the file":        {env: []string{"PARVIS_DATABASE=sqlite:/a.db?mode=memory"}, names: []string{"PARVIS_DATABASE"}},
		"a slip of the keyboard":     {env: []string{"PARVIS_SMPT_HOST=x"}, names: []string{"PARVIS_SMPT_HOST"}, tells: "PARVIS_SMTP_HOST"},
		"a demo by the environment":  {env: []string{"PARVIS_DEMO=1"}, names: []string{"PARVIS_DEMO"}, tells: "parvis-server demo"},
		"no such flag":               {args: []string{"--listn", "x"}, names: []string{"--listn", "x"}, tells: "--listen"},
		"a demo by a flag":           {args: []string{"--demo=1"}, names: []string{"--demo"}},
		"a flag without value":       {args: []string{"--listen"}, names: []string{"--listen"}},
		"a secret as a flag":         {args: []string{"--smtp-password=canari"}, names: []string{"--smtp-password"}, tells: "PARVIS_SMTP_PASSWORD"},
		"a password in an address":   {args: []string{"--database", "postgres://u:canari@h/d"}, names: []string{"--database"}},
		"a secret's file is missing": {env: []string{"PARVIS_METRICS_TOKEN_FILE=/none"}, names: []string{"PARVIS_METRICS_TOKEN_FILE"}},
		"all at once": {env: []string{"PARVIS_LISTEN=:80", "PARVIS_SMTP_PORT=x", "PARVIS_MAIL_FROM=", "PARVIS_LOG_FORMAT=xml"},
			names: []string{"PARVIS_LISTEN", "PARVIS_SMTP_PORT", "PARVIS_MAIL_FROM", "PARVIS_LOG_FORMAT"}},
	} {
		t.Run(name, func(t *testing.T) {
			env := production()
			for _, pair := range c.env { // the later of two wins in a real environment
				key, _, _ := strings.Cut(pair, "=")
				for i := range env {
					if strings.HasPrefix(env[i], key+"=") {
						env[i] = "UNUSED="
					}
				}
				env = append(env, pair)
			}
			_, err := Load(Serve, c.args, env)
			var wrong Mistakes
			if !errors.As(err, &wrong) {
				t.Fatalf("it was taken: %v", err)
			}
			if len(wrong) != len(c.names) {
				t.Errorf("%d mistakes for %v:\n%v", len(wrong), c.names, err)
			}
			for _, n := range c.names {
				found := false
				for _, w := range wrong {
					found = found || strings.Fields(w.Name)[0] == n
				}
				if !found {
					t.Errorf("%s is not named in:\n%v", n, err)
				}
			}
			if !strings.Contains(err.Error(), c.tells) {
				t.Errorf("%q is not told in:\n%v", c.tells, err)
			}
			if strings.Contains(err.Error(), "canari") {
				t.Errorf("a secret is told in:\n%v", err)
			}
		})
	}
}

func TestWhatIsAllowed(t *testing.T) {
	for name, c := range map[string]struct{ env, args []string }{
		"behind a proxy":          {env: []string{"PARVIS_BEHIND_PROXY=192.0.2.7,2001:db8::/64"}, args: []string{"--listen=:8080"}},
		"files in a bucket":       {env: []string{"PARVIS_FILES=s3://s3.vesle.example/mairie/parvis", "PARVIS_FILES_KEY=k", "PARVIS_FILES_SECRET=s"}},
		"a scanner here":          {env: []string{"PARVIS_CLAMD=unix:/run/clamav/clamd.ctl"}},
		"a scanner at a port":     {env: []string{"PARVIS_CLAMD=127.0.0.1:3310"}},
		"IPv6 loopback":           {args: []string{"--listen", "[::1]:0"}},
		"localhost":               {args: []string{"-listen", "localhost:0"}},
		"plain mail here":         {args: []string{"--smtp-mode=plain", "--smtp-host", "127.0.0.1"}},
		"metrics with a token":    {env: []string{"PARVIS_METRICS_TOKEN=0123456789abcdef"}, args: []string{"--metrics-listen=:9090"}},
		"postgres without secret": {args: []string{"--database", "postgres:///parvis?host=/run/postgresql"}},
		"variables of others":     {env: []string{"PARVIS_TEST_POSTGRES=x", "PARVIS_PROBE=y", "PARVIS_TAGS=z"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(Serve, c.args, production(c.env...)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFlagsWinAndToolsAskForLess(t *testing.T) {
	c, err := Load(Tools, []string{"--database=sqlite:/b.db"}, []string{"PARVIS_DATABASE=sqlite:/a.db"})
	if err != nil {
		t.Fatal(err)
	}
	if _, at := c.Engine(); at.Reveal() != "/b.db" {
		t.Errorf("the database is at %s", at.Reveal())
	}
	if _, err := Load(Tools, nil, []string{"PARVIS_DATABASE=x"}); err == nil {
		t.Error("a tool takes any database")
	}
}

func TestSecretsFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("canari à trois mots\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := production("PARVIS_SMTP_USER=parvis", "PARVIS_SMTP_PASSWORD_FILE="+file)
	c, err := Load(Serve, nil, env)
	if err != nil {
		t.Fatal(err)
	}
	if c.SMTPPassword.Reveal() != "canari à trois mots" {
		t.Error("the password is not the file's")
	}
	if _, err := Load(Serve, nil, append(env, "PARVIS_SMTP_PASSWORD=other")); err == nil {
		t.Error("a secret given twice is taken")
	}
}

// TestCertificateIsReadAtOnce: a wrong file is a mistake of the settings, not
// a surprise at the first connection.
func TestCertificateIsReadAtOnce(t *testing.T) {
	cert, key := testPair(t)
	c, err := Load(Serve, []string{"--listen=:443", "--tls-cert", cert, "--tls-key", key}, production())
	if err != nil {
		t.Fatal(err)
	}
	if c.Certificate() == nil {
		t.Fatal("there is no certificate")
	}
	if _, err := Load(Serve, []string{"--listen=:443", "--tls-cert", key, "--tls-key", cert}, production()); err == nil {
		t.Fatal("a certificate and key the wrong way round are taken")
	}
}

// TestNothingSetsTheDemo: there is no name by which a setting could.
func TestNothingSetsTheDemo(t *testing.T) {
	for _, s := range settings {
		if strings.Contains(strings.ToLower(s.field), "demo") {
			t.Errorf("%s can be set", s.field)
		}
	}
	d := Demonstration("/tmp/demo", "127.0.0.1:4000", "127.0.0.1", 2525, "http://127.0.0.1:4001", "http://127.0.0.1:4002/s", "http://127.0.0.1:4002/p")
	if !d.Demo() {
		t.Fatal("the demonstration is none")
	}
	var wrong Mistakes
	wrong.check(d, Serve, nil)
	if len(wrong) > 0 {
		t.Fatalf("the demonstration's settings are refused:\n%v", wrong)
	}
	// What only the demo may have is refused by a production: a plain mail
	// server elsewhere, a plain server elsewhere. On loopback they harm nobody.
	d.Listen, d.SMTPHost = "192.0.2.1:80", "192.0.2.1"
	wrong = nil
	wrong.check(d, Serve, nil)
	if len(wrong) != 2 {
		t.Fatalf("off loopback the demonstration is told:\n%v", wrong)
	}
}

func TestSecretsStayUnseen(t *testing.T) {
	const canary = "canari-4711"
	c := Demonstration("/tmp/demo", "127.0.0.1:4000", "127.0.0.1", 2525, "http://127.0.0.1:4001", "http://127.0.0.1:4002/s", "http://127.0.0.1:4002/p")
	c.SMTPPassword, c.MetricsToken, c.FilesSecret = NewSecret(canary), NewSecret(canary), NewSecret(canary)
	c.Database = NewSecret("postgres://u:" + canary + "@h/d")
	type holder struct{ inside Secret }
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, c)
		fmt.Fprintf(&out, verb, *c)
		fmt.Fprintf(&out, verb, c.SMTPPassword)
		fmt.Fprintf(&out, verb, &c.SMTPPassword)
		fmt.Fprintf(&out, verb, holder{c.SMTPPassword})
		fmt.Fprintf(&out, verb, []Secret{c.SMTPPassword})
		fmt.Fprintf(&out, verb, map[Secret]Secret{c.SMTPPassword: c.SMTPPassword})
	}
	j, err := json.Marshal(map[string]any{"c": c, "s": c.SMTPPassword})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(j)
	for _, h := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
		slog.New(h).Info("settings", "config", c, "password", c.SMTPPassword, "all", []any{c.Database})
	}
	for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%d", []byte(canary))} {
		if strings.Contains(out.String(), form) {
			t.Errorf("%q can be read", form)
		}
	}
	if c.SMTPPassword.Reveal() != canary {
		t.Error("the secret itself is lost")
	}
}

func TestUsageListsEverySetting(t *testing.T) {
	var out bytes.Buffer
	Usage(&out)
	for i := range reflect.TypeFor[Config]().NumField() {
		f := reflect.TypeFor[Config]().Field(i)
		if name := f.Tag.Get("env"); name != "" && (!strings.Contains(out.String(), Prefix+name) || f.Tag.Get("help") == "") {
			t.Errorf("%s is not explained", f.Name)
		}
	}
}
