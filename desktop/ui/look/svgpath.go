package look

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// The toolkit's SVG reader draws arcs wrongly where a path leaves the letter
// of a repeated command out, as Phosphor's do: circles come out as blobs. So
// every path is written anew, with absolute commands only and its arcs as
// curves, when an icon is first used; the files stay as their authors made them.

var pathData = regexp.MustCompile(` d="([^"]*)"`)

// plainPaths rewrites all paths of an SVG.
func plainPaths(svg []byte) []byte {
	return pathData.ReplaceAllFunc(svg, func(m []byte) []byte {
		return []byte(` d="` + plainPath(string(pathData.FindSubmatch(m)[1])) + `"`)
	})
}

type pathReader struct {
	s  string
	at int
}

func (r *pathReader) skip() {
	for r.at < len(r.s) && strings.IndexByte(" ,\t\r\n", r.s[r.at]) >= 0 {
		r.at++
	}
}

// command reads a letter if there is one.
func (r *pathReader) command() (byte, bool) {
	r.skip()
	if r.at < len(r.s) && strings.IndexByte("MmLlHhVvCcSsQqTtAaZz", r.s[r.at]) >= 0 {
		r.at++
		return r.s[r.at-1], true
	}
	return 0, false
}

func (r *pathReader) more() bool {
	r.skip()
	return r.at < len(r.s)
}

// number reads one number; "1.5.5" is two of them.
func (r *pathReader) number() float64 {
	r.skip()
	start, dot := r.at, false
	for r.at < len(r.s) {
		c := r.s[r.at]
		switch {
		case c >= '0' && c <= '9':
		case (c == '-' || c == '+') && (r.at == start || r.s[r.at-1] == 'e'):
		case c == '.' && !dot:
			dot = true
		case c == 'e':
		default:
			v, _ := strconv.ParseFloat(r.s[start:r.at], 64)
			return v
		}
		r.at++
	}
	v, _ := strconv.ParseFloat(r.s[start:r.at], 64)
	return v
}

// flag reads 0 or 1, which may stand without anything between.
func (r *pathReader) flag() bool {
	r.skip()
	if r.at >= len(r.s) {
		return false
	}
	r.at++
	return r.s[r.at-1] == '1'
}

func plainPath(d string) string {
	r := &pathReader{s: d}
	var b strings.Builder
	emit := func(letter string, v ...float64) {
		b.WriteString(letter)
		for i, n := range v {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.FormatFloat(n, 'f', 3, 64))
		}
		b.WriteByte(' ')
	}
	var x, y, startX, startY, lastX, lastY float64
	var cmd, before byte
	for r.more() {
		if c, ok := r.command(); ok {
			cmd = c
		} else if cmd == 'M' {
			cmd = 'L' // more points after a move are lines
		} else if cmd == 'm' {
			cmd = 'l'
		} else if cmd == 0 || cmd == 'Z' || cmd == 'z' {
			return b.String() // not a path; what was read so far is kept
		}
		ox, oy := 0.0, 0.0
		if cmd >= 'a' {
			ox, oy = x, y
		}
		switch cmd {
		case 'M', 'm':
			x, y = ox+r.number(), oy+r.number()
			startX, startY = x, y
			emit("M", x, y)
		case 'L', 'l':
			x, y = ox+r.number(), oy+r.number()
			emit("L", x, y)
		case 'H', 'h':
			x = ox + r.number()
			emit("L", x, y)
		case 'V', 'v':
			y = oy + r.number()
			emit("L", x, y)
		case 'C', 'c':
			x1, y1 := ox+r.number(), oy+r.number()
			lastX, lastY = ox+r.number(), oy+r.number()
			x, y = ox+r.number(), oy+r.number()
			emit("C", x1, y1, lastX, lastY, x, y)
		case 'S', 's':
			x1, y1 := x, y
			if strings.IndexByte("CcSs", before) >= 0 {
				x1, y1 = 2*x-lastX, 2*y-lastY
			}
			lastX, lastY = ox+r.number(), oy+r.number()
			x, y = ox+r.number(), oy+r.number()
			emit("C", x1, y1, lastX, lastY, x, y)
		case 'Q', 'q':
			lastX, lastY = ox+r.number(), oy+r.number()
			x, y = ox+r.number(), oy+r.number()
			emit("Q", lastX, lastY, x, y)
		case 'T', 't':
			if strings.IndexByte("QqTt", before) >= 0 {
				lastX, lastY = 2*x-lastX, 2*y-lastY
			} else {
				lastX, lastY = x, y
			}
			x, y = ox+r.number(), oy+r.number()
			emit("Q", lastX, lastY, x, y)
		case 'A', 'a':
			rx, ry, turn := r.number(), r.number(), r.number()
			large, sweep := r.flag(), r.flag()
			nx, ny := ox+r.number(), oy+r.number()
			for _, c := range arcCurves(x, y, nx, ny, rx, ry, turn, large, sweep) {
				emit("C", c[:]...)
			}
			x, y = nx, ny
		case 'Z', 'z':
			x, y = startX, startY
			emit("Z")
		}
		before = cmd
	}
	return strings.TrimSpace(b.String())
}

// arcCurves writes an elliptic arc as cubic curves of at most a quarter turn
// each, by the formulas of the SVG specification's appendix on arcs.
func arcCurves(x1, y1, x2, y2, rx, ry, turn float64, large, sweep bool) [][6]float64 {
	if x1 == x2 && y1 == y2 {
		return nil
	}
	rx, ry = math.Abs(rx), math.Abs(ry)
	if rx == 0 || ry == 0 {
		return [][6]float64{{x1, y1, x2, y2, x2, y2}}
	}
	sin, cos := math.Sincos(turn * math.Pi / 180)
	dx, dy := (x1-x2)/2, (y1-y2)/2
	px, py := cos*dx+sin*dy, -sin*dx+cos*dy
	if l := px*px/(rx*rx) + py*py/(ry*ry); l > 1 {
		rx, ry = rx*math.Sqrt(l), ry*math.Sqrt(l)
	}
	num := rx*rx*ry*ry - rx*rx*py*py - ry*ry*px*px
	k := math.Sqrt(math.Max(0, num) / (rx*rx*py*py + ry*ry*px*px))
	if large == sweep {
		k = -k
	}
	cpx, cpy := k*rx*py/ry, -k*ry*px/rx
	cx, cy := cos*cpx-sin*cpy+(x1+x2)/2, sin*cpx+cos*cpy+(y1+y2)/2
	from := math.Atan2((py-cpy)/ry, (px-cpx)/rx)
	to := math.Atan2((-py-cpy)/ry, (-px-cpx)/rx)
	sweepBy := to - from
	if sweep && sweepBy < 0 {
		sweepBy += 2 * math.Pi
	}
	if !sweep && sweepBy > 0 {
		sweepBy -= 2 * math.Pi
	}
	n := int(math.Ceil(math.Abs(sweepBy)/(math.Pi/2) - 1e-9))
	n = max(n, 1)
	step := sweepBy / float64(n)
	h := 4.0 / 3 * math.Tan(step/4)
	at := func(a, ux, uy float64) (float64, float64) {
		s, c := math.Sincos(a)
		ex, ey := rx*(c-ux*s), ry*(s+uy*c)
		return cx + cos*ex - sin*ey, cy + sin*ex + cos*ey
	}
	var curves [][6]float64
	for i := 0; i < n; i++ {
		a, b := from+float64(i)*step, from+float64(i+1)*step
		ax, ay := at(a, h, h)
		bx, by := at(b, -h, -h)
		ex, ey := at(b, 0, 0)
		if i == n-1 {
			ex, ey = x2, y2
		}
		curves = append(curves, [6]float64{ax, ay, bx, by, ex, ey})
	}
	return curves
}
