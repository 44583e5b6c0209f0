package prepare

// Crop shows a photo with its frame.
func (p *Prepare) Crop(n int) { p.crop(p.rows[n]) }

// Remove takes a photo out.
func (p *Prepare) Remove(n int) { p.remove(p.rows[n]) }
