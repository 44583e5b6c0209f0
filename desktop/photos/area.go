package photos

// Area is a part of a picture, in parts of its width and height from 0 to 1,
// as the picture is seen.
type Area struct{ X0, Y0, X1, Y1 float64 }

// Whole is all of a picture.
var Whole = Area{0, 0, 1, 1}

// leastArea is the least width and height of a crop, in parts of the whole.
const leastArea = 0.02

// normal brings an area within the picture; what is no area is all of it.
func (a Area) normal() Area {
	if !(a.X1 > a.X0 && a.Y1 > a.Y0) {
		return Whole
	}
	in := func(v float64) float64 { return min(1, max(0, v)) }
	a = Area{in(a.X0), in(a.Y0), in(a.X1), in(a.Y1)}
	if a.X1-a.X0 < leastArea || a.Y1-a.Y0 < leastArea {
		return Whole
	}
	return a
}

// Turn is where the area lies once the picture is turned by quarters clockwise.
func (a Area) Turn(quarters int) Area {
	for range ((quarters % 4) + 4) % 4 {
		a = Area{1 - a.Y1, a.X0, 1 - a.Y0, a.X1}
	}
	return a
}

// undo is the area of the picture as it lies in its file.
func (a Area) undo(o orientation) Area {
	a = a.Turn(-o.quarters)
	if o.mirrored {
		a.X0, a.X1 = 1-a.X1, 1-a.X0
	}
	return a
}
