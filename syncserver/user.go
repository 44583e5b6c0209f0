package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/pquerna/otp/totp"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/config"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// user keeps the agents' accounts.
func user(ctx context.Context, args []string) error { return keepAgents(ctx, args, os.Stdout) }

// keepAgents is user, with where to write: what is secret is written there
// once, and kept as hashes only.
func keepAgents(ctx context.Context, args []string, out io.Writer) error {
	const right = "parvis-server user list | add --login … --first-name … --last-name … --mail … --desks enfance,etat-civil [--sites …] | move --login … --desks … [--sites …] | reset-factor --login … | reset-password --login …"
	if len(args) == 0 || !slices.Contains([]string{"list", "add", "move", "reset-factor", "reset-password"}, args[0]) {
		return errors.New(right)
	}
	flags := flag.NewFlagSet("user", flag.ContinueOnError)
	var n service.NewAgent
	flags.StringVar(&n.Login, "login", "", "the agent's login")
	flags.StringVar(&n.FirstName, "first-name", "", "first name")
	flags.StringVar(&n.LastName, "last-name", "", "last name")
	flags.StringVar(&n.Mail, "mail", "", "mail address")
	desks := flags.String("desks", "", "desks, separated by commas")
	sites := flags.String("sites", "", "ids of the sites whose day lists the agent sees, separated by commas")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	n.Desks, n.Sites = split[accounts.Desk](*desks), split[portal.ID](*sites)
	return opened(ctx, flags.Args(), func(st *store.Store, svc *service.Service) error {
		switch args[0] {
		case "add":
			return addAgent(ctx, st, svc, n, out)
		case "move":
			return moveAgent(ctx, st, n, out)
		case "reset-factor":
			return resetFactor(ctx, st, n.Login, out)
		case "reset-password":
			return resetPassword(ctx, st, n.Login, out)
		}
		return st.Read(ctx, func(tx *store.Tx) error {
			agents, err := tx.AccountsOf(wire.Agent)
			for _, a := range agents {
				fmt.Fprintf(out, "%-24s %s %s  %s\n", a.Login, a.FirstName, a.LastName, strings.Join(store.Strings[string](a.Desks), ","))
			}
			return err
		})
	})
}

func addAgent(ctx context.Context, st *store.Store, svc *service.Service, n service.NewAgent, out io.Writer) error {
	var wrong config.Mistakes
	if err := st.Read(ctx, func(tx *store.Tx) (err error) { wrong, err = checkAgent(tx, &n); return err }); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return wrong
	}
	if err := st.Start(ctx); err != nil {
		return err
	}
	password := newPassword()
	phc, err := service.NewArgon2().Hash(ctx, accounts.Staff, password)
	if err != nil {
		return err
	}
	secret, err := newFactor(n.Login)
	if err != nil {
		return err
	}
	codes, kept := service.NewRecovery()
	if err := st.Write(ctx, func(tx *store.Tx) (err error) {
		// Once more, for somebody may have been faster.
		if wrong, err = checkAgent(tx, &n); err != nil || len(wrong) > 0 {
			return err
		}
		return svc.SeedAgent(tx, n, phc, secret, kept)
	}); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return wrong
	}
	fmt.Fprintf(out, "login     %s\npassword  %s\n", n.Login, password)
	tellFactor(out, secret, codes)
	return nil
}

// moveAgent says anew at which desks an agent works and whose day lists they
// see. Somebody at work loses the other queues within seconds.
func moveAgent(ctx context.Context, st *store.Store, n service.NewAgent, out io.Writer) error {
	a, err := agentNamed(ctx, st, n.Login)
	if err != nil {
		return err
	}
	if err := st.Start(ctx); err != nil {
		return err
	}
	var wrong config.Mistakes
	if err := st.Write(ctx, func(tx *store.Tx) (err error) {
		if wrong, err = checkPlaces(tx, &n); err != nil || len(wrong) > 0 {
			return err
		}
		if err := tx.Audit("", "agent.moved", string(a.ID)+" "+asList(n.Desks)+" "+asList(n.Sites)); err != nil {
			return err
		}
		return tx.SetPlaces(a.ID, asList(n.Desks), asList(n.Sites))
	}); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return wrong
	}
	fmt.Fprintf(out, "%s works at %s now.\n", a.Login, asList(n.Desks))
	return nil
}

// asList is ids as they are stored.
func asList[T ~string](ids []T) string {
	raw, _ := json.Marshal(append([]T{}, ids...)) // strings always encode
	return string(raw)
}

// agentNamed finds an agent by the login.
func agentNamed(ctx context.Context, st *store.Store, login string) (a store.Account, err error) {
	var found bool
	if err := st.Read(ctx, func(tx *store.Tx) (err error) {
		a, found, err = tx.AccountByLogin(accounts.NormaliseLogin(login))
		return err
	}); err != nil {
		return a, err
	}
	if !found || a.Kind != wire.Agent {
		return a, config.Mistakes{{Name: "--login", Problem: fmt.Sprintf("%q is no agent's", login), Right: "parvis-server user list shows the agents"}}
	}
	return a, nil
}

// resetPassword gives an agent a new random password: families help themselves
// by mail, agents ask the administrator.
func resetPassword(ctx context.Context, st *store.Store, login string, out io.Writer) error {
	a, err := agentNamed(ctx, st, login)
	if err != nil {
		return err
	}
	password := newPassword()
	phc, err := service.NewArgon2().Hash(ctx, accounts.Staff, password)
	if err != nil {
		return err
	}
	if err := st.Start(ctx); err != nil {
		return err
	}
	if err := st.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Audit("", "password.reset", string(a.ID)); err != nil {
			return err
		}
		if err := tx.EndSessions(a.ID, tx.Now().UnixMicro()); err != nil {
			return err
		}
		return tx.SetPassword(a.ID, phc)
	}); err != nil {
		return err
	}
	fmt.Fprintf(out, "login     %s\npassword  %s\n", a.Login, password)
	fmt.Fprintln(out, "The password of before no longer works, and the agent's open sessions have ended. The second factor stays as it is. This is not shown again.")
	return nil
}

func resetFactor(ctx context.Context, st *store.Store, login string, out io.Writer) error {
	a, err := agentNamed(ctx, st, login)
	if err != nil {
		return err
	}
	secret, err := newFactor(a.Login)
	if err != nil {
		return err
	}
	codes, kept := service.NewRecovery()
	if err := st.Start(ctx); err != nil {
		return err
	}
	if err := st.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Audit("", "factor.reset", string(a.ID)); err != nil {
			return err
		}
		if err := tx.EndSessions(a.ID, tx.Now().UnixMicro()); err != nil {
			return err
		}
		return tx.SetSecondFactor(a.ID, secret, kept)
	}); err != nil {
		return err
	}
	tellFactor(out, secret, codes)
	fmt.Fprintln(out, "The factor and the codes of before no longer work, and the agent's open sessions have ended.")
	return nil
}

func tellFactor(out io.Writer, secret string, codes []string) {
	fmt.Fprintf(out, "factor    %s\nrecovery  %s\n", secret, strings.Join(codes, "\n          "))
	fmt.Fprintln(out, "The factor goes into the agent's authenticator. Each recovery code opens the account once without it: the agent keeps them apart from it. Nothing of this is shown again.")
}

// checkAgent is all that is wrong with a new agent; what is not, it writes as
// it is kept.
func checkAgent(tx *store.Tx, n *service.NewAgent) (wrong config.Mistakes, err error) {
	add := func(flag, problem, right string) {
		wrong = append(wrong, config.Mistake{Name: flag, Problem: problem, Right: right})
	}
	given := func(flag, value, otherwise, right string) {
		if strings.TrimSpace(value) == "" {
			otherwise = "is missing"
		} else {
			otherwise = fmt.Sprintf("%q %s", value, otherwise)
		}
		add(flag, otherwise, right)
	}

	login, mistake := accounts.CheckLogin(n.Login)
	if mistake != nil {
		given("--login", n.Login, "is no login", fmt.Sprintf("%d to %d letters, digits, dots and hyphens, with a letter or digit at both ends", accounts.LoginMin, accounts.LoginMax))
	} else if _, taken, err := tx.AccountByLogin(login); err != nil {
		return nil, err
	} else if taken {
		add("--login", fmt.Sprintf("%q is taken", login), "each login is one person's in the town, agents and families together")
	}
	n.Login = login
	for _, name := range []struct{ flag, value string }{{"--first-name", n.FirstName}, {"--last-name", n.LastName}} {
		if accounts.CheckName(strings.TrimPrefix(name.flag, "--"), name.value) != nil {
			given(name.flag, name.value, "is no name", "letters, with spaces, hyphens and apostrophes between them")
		}
	}
	address, ok := accounts.NormaliseMail(n.Mail)
	if !ok {
		given("--mail", n.Mail, "is no mail address", "such as sylvie.roy@mairie.example")
	} else if _, taken, err := tx.AccountByMail(wire.Agent, address); err != nil {
		return nil, err
	} else if taken {
		add("--mail", fmt.Sprintf("%q is another agent's", address), "each agent has an address of their own")
	}
	n.Mail = address
	places, err := checkPlaces(tx, n)
	return append(wrong, places...), err
}

// checkPlaces is what is wrong with an agent's desks and sites.
func checkPlaces(tx *store.Tx, n *service.NewAgent) (wrong config.Mistakes, err error) {
	add := func(flag, problem, right string) {
		wrong = append(wrong, config.Mistake{Name: flag, Problem: problem, Right: right})
	}
	desks, err := desksOf(tx)
	if err != nil {
		return nil, err
	}
	right := "any of " + strings.Join(desks, ", ")
	if len(n.Desks) == 0 {
		add("--desks", "is missing", right)
	}
	for _, d := range n.Desks {
		if !slices.Contains(desks, string(d)) {
			add("--desks", fmt.Sprintf("%q is no desk", d), right)
		}
	}
	sites, named, err := sitesOf(tx)
	if err != nil {
		return nil, err
	}
	if right = "any of " + strings.Join(named, ", "); len(sites) == 0 {
		right = "the town has no sites yet: leave it out"
	}
	for _, site := range n.Sites {
		if !slices.Contains(sites, site) {
			add("--sites", fmt.Sprintf("%q is no site of the town", site), right)
		}
	}
	return wrong, nil
}

// desksOf is the desks there can be: those every town may have, those that this
// one's own procedures name, and those of the cashiers of its cash desks.
func desksOf(tx *store.Tx) ([]string, error) {
	var desks []string
	for _, d := range accounts.Desks {
		desks = append(desks, string(d))
	}
	facts, err := tx.Facts(wire.Procedures)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		p, err := requests.Parse(f.Body)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(desks, string(p.Desk)) {
			desks = append(desks, string(p.Desk))
		}
	}
	tills, err := tx.Facts(wire.CashDesks)
	for _, t := range tills {
		desks = append(desks, string(accounts.Till(string(t.ID))))
	}
	return desks, err
}

// sitesOf is the ids of the town's sites, and the same with their names.
func sitesOf(tx *store.Tx) (ids []portal.ID, named []string, err error) {
	facts, err := tx.Facts(wire.Sites)
	for _, f := range facts {
		var site bookings.Site
		if _, err := tx.Fact(wire.Sites, f.ID, &site); err != nil {
			return nil, nil, err
		}
		ids, named = append(ids, f.ID), append(named, fmt.Sprintf("%s (%s)", f.ID, site.Name))
	}
	return ids, named, err
}

func newFactor(login string) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Parvis", AccountName: login})
	if err != nil {
		return "", err
	}
	return key.Secret(), nil
}

// newPassword is a random one that can be read out: 100 bits in groups.
func newPassword() string {
	text := strings.ToLower(rand.Text())[:20]
	return text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:]
}

// split is what stands between commas, each once.
func split[T ~string](list string) (out []T) {
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, T(part)) {
			out = append(out, T(part))
		}
	}
	return out
}
