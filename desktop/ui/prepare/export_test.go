package prepare

// Crop shows a photo with its frame.
func (p *Prepare) Crop(n int) { p.crop(p.rows[n]) }
