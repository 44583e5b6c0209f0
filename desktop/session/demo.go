package session

import (
	"context"

	"parvis/shared/wire"
)

// DemoMails asks a demonstration for the mails that it has sent, the newest
// first. Another portal answers that there is no such thing.
func (s *Session) DemoMails(ctx context.Context) ([]wire.DemoMail, error) {
	c, err := s.anonymous()
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.DemoMails(ctx)
}
