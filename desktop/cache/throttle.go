package cache

import (
	"encoding/json"
	"strconv"
	"time"

	"parvis/shared/portal"
)

// tries counts wrong passwords for one cache.
type tries struct {
	Failures int       `json:"failures"`
	Last     time.Time `json:"last"`
}

// freeTries are the failures that cost nothing; then each costs a wait that
// doubles from one minute to fifteen, as on the server.
const freeTries = 5

// pause is how long after the last failure the next try is allowed.
func (t tries) pause() time.Duration {
	if t.Failures < freeTries {
		return 0
	}
	return min(15*time.Minute, time.Minute<<min(t.Failures-freeTries, 10))
}

// left is how long is still to wait. A clock that was set back does not
// lengthen the wait beyond its own measure.
func (t tries) left(now time.Time) time.Duration {
	return min(t.pause(), t.pause()-now.Sub(t.Last))
}

func triesOf(path string) string { return "\x00tries " + path }

func (v *Vault) readTries(path string) tries {
	var t tries
	if kept, waiting := v.pending[path]; waiting {
		return kept
	}
	if s, err := v.readSecret(v.secretPath(triesOf(path))); err == nil {
		_ = json.Unmarshal(s.Value, &t)
	}
	return t
}

// writeTries keeps the count. On a full disk it is kept in memory: reading
// must go on.
func (v *Vault) writeTries(path string, t tries) {
	delete(v.pending, path)
	raw, err := json.Marshal(t)
	if err == nil {
		err = v.putSecret(triesOf(path), raw)
	}
	if err != nil {
		v.pending[path] = t
	}
}

// admit lets a try through or says how long to wait. The try is counted as a
// failure before it is made, so that ending the program spares nobody the
// wait.
func (v *Vault) admit(path string, now time.Time) error {
	t := v.readTries(path)
	if wait := t.left(now); wait > 0 {
		if now.Before(t.Last) { // count the wait from the new time on
			t.Last = now
			v.writeTries(path, t)
		}
		seconds := int64((wait + time.Second - 1) / time.Second)
		return portal.E(portal.Throttled, "", "seconds", strconv.FormatInt(seconds, 10))
	}
	v.writeTries(path, tries{t.Failures + 1, now})
	return nil
}

// succeed forgets the failures.
func (v *Vault) succeed(path string) {
	delete(v.pending, path)
	if removeFiles(v.secretPath(triesOf(path))) != nil {
		v.pending[path] = tries{}
	}
}
