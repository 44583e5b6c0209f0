package service

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// noticeOf is the kind of notice that a mail about a request belongs to.
var noticeOf = map[mail.Kind]notices.Kind{
	mail.RequestReceived: notices.Receipt,
	mail.RequestAccepted: notices.Decision,
	mail.RequestRefused:  notices.Decision,
	mail.RequestAsked:    notices.Correction,
	mail.RequestClosed:   notices.Decision,
	mail.RequestReopened: notices.Decision,
	mail.MessageReceived: notices.Message,
	mail.DocumentExpires: notices.Expiry,
}

// notify tells an account of something, and says whether a mail is to tell it
// at once. What is not read yet is not told a second time.
func (s *Service) notify(tx *store.Tx, account store.Account, kind notices.Kind, about portal.ID) (mailNow bool, err error) {
	return s.notifyOf(tx, account, kind, about, news{})
}

// news is what has happened, with the words that say it in the window.
type news struct {
	what notices.What
	args map[string]string
}

// by is the news of what somebody has done.
func by(tx *store.Tx, what notices.What, account portal.ID) (news, error) {
	name, err := nameOf(tx, account)
	return news{what, map[string]string{"name": name}}, err
}

// notifyOf is notify with the news. While something of that kind is not read no
// other mail leaves, but each thing that happened stands in the list once, as
// it last was.
func (s *Service) notifyOf(tx *store.Tx, account store.Account, kind notices.Kind, about portal.ID, news news) (mailNow bool, err error) {
	spec, known := notices.Find(kind)
	if !known {
		return false, portal.E(portal.Internal, "kind")
	}
	way := notices.Never
	if account.Kind == wire.Family {
		chosen, err := tx.MailChoices(account.ID)
		if err != nil {
			return false, err
		}
		if way = spec.Mail; chosen[string(kind)] != "" {
			way = notices.Mail(chosen[string(kind)])
		}
	}
	if spec.MailOnly {
		return way == notices.AtOnce, nil
	}
	told, err := tx.UnreadNotices(account.ID, string(kind), about)
	if err != nil {
		return false, err
	}
	for _, id := range told {
		was, _, err := tx.Notice(id)
		switch {
		case err != nil:
			return false, err
		case was.What != string(news.what):
			continue
		case news.what == "":
			return false, nil
		}
		return false, tx.RenewNotice(id, since(was.Args, news.args))
	}
	n := store.Notice{ID: s.o.IDs(), Account: account.ID, Kind: string(kind), About: about, At: tx.Now().UnixMicro(), What: string(news.what), Args: since("", news.args)}
	if way == notices.Digest {
		n.DigestAt = notices.DigestAfter(tx.Now()).UnixMicro()
	}
	return way == notices.AtOnce && len(told) == 0, tx.AddNotice(n)
}

// since is the words of a notice that was not read, with what has happened
// since: the newer word stands, and who was lost stays lost.
func since(was string, now map[string]string) string {
	args := map[string]string{}
	_ = json.Unmarshal([]byte(was), &args) // a text of ours, or none
	for k, v := range now {
		if before := args[k]; k == notices.ArgLost && before != "" {
			v = before + notices.ArgSeparator + v
		}
		args[k] = v
	}
	raw, _ := json.Marshal(args) // strings always encode
	return string(raw)
}

// noticesRead ends what was told about something that its reader has seen.
func noticesRead(tx *store.Tx, account portal.ID, kind notices.Kind, about portal.ID) error {
	ids, err := tx.UnreadNotices(account, string(kind), about)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.ReadNotice(id); err != nil {
			return err
		}
	}
	return nil
}

// notifyAgent tells the agent who has a request in hand that the family wrote.
func (s *Service) notifyAgent(tx *store.Tx, r store.Request) error {
	agent, found, err := tx.Account(r.Agent)
	if err != nil || !found {
		return err
	}
	_, err = s.notify(tx, agent, notices.Message, r.ID)
	return err
}

// readNotices notes that somebody read what they were told.
func (s *Service) readNotices(tx *store.Tx, a Actor, args *wire.ReadNotices) error {
	switch {
	case len(args.Notices) == 0:
		return portal.E(portal.Missing, "notices")
	case len(args.Notices) > wire.MostNotices:
		return portal.E(portal.TooLong, "notices", "max", strconv.Itoa(wire.MostNotices))
	}
	for _, id := range args.Notices {
		n, found, err := tx.Notice(id)
		if err != nil {
			return err
		}
		if found && n.Account == a.Account && n.ReadAt == 0 {
			if err := tx.ReadNotice(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// chooseNotice keeps how a kind of notice comes by mail.
func (s *Service) chooseNotice(tx *store.Tx, a Actor, args *wire.ChooseNotice) error {
	if wrong := notices.Choice(notices.Kind(args.Kind), notices.Mail(args.Mail)); wrong != nil {
		return wrong
	}
	return tx.ChooseMail(a.Account, args.Kind, args.Mail)
}

// digestsARound is how many mails of the day one transaction writes.
const digestsARound = 200

// Digests puts the mails of the day into the outbox, some at a time: each says
// how much there is to read, never what. A job calls it.
func (s *Service) Digests(tx *store.Tx) (int64, error) {
	due, err := tx.NoticesDue(digestsARound)
	if err != nil {
		return 0, err
	}
	for _, id := range slices.Sorted(maps.Keys(due)) {
		account, found, err := tx.Account(id)
		if err != nil {
			return 0, err
		}
		if !found {
			continue
		}
		if err := s.postNotice(tx, account, mail.DayDigest, mail.Data{Name: account.FirstName, Count: due[id], Link: s.o.PublicURL()}); err != nil {
			return 0, err
		}
	}
	return int64(len(due)), nil
}

// postNotice posts a mail that its reader can end with one click.
func (s *Service) postNotice(tx *store.Tx, account store.Account, kind mail.Kind, data mail.Data) error {
	var err error
	if kind.Notice() {
		if data.Stop, err = s.stopLink(tx, account.ID); err != nil {
			return err
		}
	}
	return s.post(tx, account.MailKey, kind, language(account.Language), data)
}

// stopLink is the address at which an account's mails are ended, "" where the
// town has no address.
func (s *Service) stopLink(tx *store.Tx, account portal.ID) (string, error) {
	if s.o.PublicURL() == "" {
		return "", nil
	}
	token, err := stopToken(tx, account)
	return strings.TrimSuffix(s.o.PublicURL(), "/") + wire.PageNotices + "?j=" + url.QueryEscape(token), err
}

// metaStop is where the town's secret of these links is kept. Whoever has one
// can end mails and nothing else, so that it need not end itself.
const metaStop = "stop_secret"

// stopToken names an account in a link that ends its mails.
func stopToken(tx *store.Tx, account portal.ID) (string, error) {
	secret, found, err := tx.Meta(metaStop)
	if err != nil {
		return "", err
	}
	if !found {
		secret = newSecret()
		if err := tx.SetMeta(metaStop, secret); err != nil {
			return "", err
		}
	}
	return stopMAC(secret, account), nil
}

func stopMAC(secret string, account portal.ID) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("stop:" + account))
	return string(account) + "." + hex.EncodeToString(mac.Sum(nil)[:16])
}

// StopMails ends all mails about notices of the account that a link names. The
// program still tells them, and there they are chosen anew.
func (s *Service) StopMails(ctx context.Context, token string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		account, err := stopping(tx, token)
		if err != nil {
			return err
		}
		for _, k := range notices.Kinds {
			if err := tx.ChooseMail(account, string(k.Kind), string(notices.Never)); err != nil {
				return err
			}
		}
		return nil
	})
}

// PeekStop reports whether a link that ends mails is a true one.
func (s *Service) PeekStop(ctx context.Context, token string) error {
	return s.store.Read(ctx, func(tx *store.Tx) error {
		_, err := stopping(tx, token)
		return err
	})
}

func stopping(tx *store.Tx, token string) (portal.ID, error) {
	id, _, _ := strings.Cut(token, ".")
	secret, found, err := tx.Meta(metaStop)
	if err != nil {
		return "", err
	}
	if !found || len(token) > 200 || !portal.ID(id).Valid() || !same(token, stopMAC(secret, portal.ID(id))) {
		return "", portal.E(wire.CodeExpired, "link")
	}
	if _, exists, err := tx.Account(portal.ID(id)); err != nil || !exists {
		return "", orElse(err, portal.E(wire.CodeExpired, "link"))
	}
	return portal.ID(id), nil
}

// projectNotice shows a notice to the account it is for.
func (s *Service) projectNotice(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	n, found, err := tx.Notice(id)
	if err != nil || !found {
		return nil, err
	}
	body := wire.Notice{ID: n.ID, Kind: n.Kind, About: n.About, At: n.At, Read: n.ReadAt, What: n.What}
	_ = json.Unmarshal([]byte(n.Args), &body.Args) // a text of ours
	return []store.FeedRow{{Feed: wire.AccountFeed(n.Account), Collection: wire.Notices, Entity: id, Body: body}}, nil
}

// projectChoices shows an account what it has chosen.
func (s *Service) projectChoices(tx *store.Tx, account portal.ID) ([]store.FeedRow, error) {
	chosen, err := tx.MailChoices(account)
	if err != nil || len(chosen) == 0 {
		return nil, err
	}
	return []store.FeedRow{{Feed: wire.AccountFeed(account), Collection: wire.NoticeChoices, Entity: account, Body: wire.Choices{Mail: chosen}}}, nil
}

// foreignNotice is foreignTo for a notice.
func foreignNotice(tx *store.Tx, account portal.ID, desk string, id portal.ID) (string, error) {
	n, _, err := tx.Notice(id)
	if err == nil && (desk != "" || n.Account != account) {
		return "another's notice", nil
	}
	return "", err
}
