package syncing

import "time"

// clockError estimates how far the server's clock is ahead of ours, from the
// server's time in answers and the times at which they were asked for and
// began to arrive.
type clockError struct {
	known    bool
	estimate time.Duration
	doubt    time.Duration // half the round trip it rests on
	told     time.Duration
}

// Beyond this the machine's clock was set: there is nothing to smooth.
const clockJump = 20 * time.Second

// sample takes one answer in and reports whether the estimate has moved by
// enough to be told.
func (c *clockError) sample(server, asked, arrived time.Time) bool {
	half := arrived.Sub(asked) / 2
	if half < 0 {
		return false // the clock was set back meanwhile
	}
	error := server.Sub(asked.Add(half))
	switch off := error - c.estimate; {
	case !c.known, off.Abs() > clockJump+half+c.doubt, half < c.doubt/2:
		c.known, c.estimate, c.doubt = true, error, half
	default:
		// A slow answer says little.
		weight := 4
		if half > 2*c.doubt+50*time.Millisecond {
			weight = 20
		}
		c.estimate += off / time.Duration(weight)
		c.doubt += (half - c.doubt) / time.Duration(weight)
	}
	if (c.estimate - c.told).Abs() < 500*time.Millisecond {
		return false
	}
	c.told = c.estimate
	return true
}
