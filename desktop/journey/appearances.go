package main

// choose picks items of the appearance menu, one after another.
func (h hands) choose(items ...string) error {
	for _, item := range items {
		if err := h.w.ClickOn("Affichage", "", patience); err != nil {
			return err
		}
		if err := h.w.ClickOn(item, "", patience); err != nil {
			return err
		}
		if err := h.w.WaitFor("the end of the menu", func() (bool, error) {
			s, err := h.w.State()
			return err == nil && s.Overlays == 0, err
		}, patience); err != nil {
			return err
		}
	}
	return nil
}

// also takes the picture of what is shown once more in dark and at 150 %.
func (h hands) also(name string) step {
	return step{name + ", en sombre et à 150 %", func() error {
		if err := h.choose("Sombre"); err != nil {
			return err
		}
		if err := h.j.shotOf(h.w.Display, name+"-sombre"); err != nil {
			return err
		}
		if err := h.choose("Clair", "Texte à 150 %"); err != nil {
			return err
		}
		if err := h.w.WaitFact("scale", "1.50", patience); err != nil {
			return err
		}
		if err := h.j.shotOf(h.w.Display, name+"-150"); err != nil {
			return err
		}
		if err := h.choose("Texte à 100 %"); err != nil {
			return err
		}
		return h.w.WaitFact("scale", "1.00", patience)
	}}
}

// appearances shows what was seen once more, in dark and in large text.
func (j *journey) appearances() error {
	h := hands{j, j.family}
	look := func(what string, items ...string) step {
		return step{what, func() error { return h.choose(items...) }}
	}
	return j.all(
		look("en sombre", "Sombre"),
		h.shot("agenda-sombre"),
		h.click("les demandes", "Mes demandes", ""),
		h.reads("elles sont là", "Acceptée"),
		h.shot("demandes-sombre"),
		look("clair, à 150 %", "Clair", "Texte à 150 %"),
		h.reads("le menu remplace la colonne", "Menu"),
		h.shot("demandes-150"),
		step{"l'accueil, à 150 %", func() error {
			if err := h.w.ClickOn("Menu", "", patience); err != nil {
				return err
			}
			if err := h.w.ClickOn("Accueil", "", patience); err != nil {
				return err
			}
			if _, err := h.w.WaitText("Bonjour "+firstName, patience); err != nil {
				return err
			}
			return j.shot("accueil-150")
		}},
		step{"l'agenda, à 150 %", func() error {
			if err := h.w.ClickOn("Menu", "", patience); err != nil {
				return err
			}
			if err := h.w.ClickOn("Agenda", "", patience); err != nil {
				return err
			}
			if err := h.w.WaitRoute("parvis://agenda", patience); err != nil {
				return err
			}
			return j.shot("agenda-150")
		}},
		look("en anglais, à 100 %", "Texte à 100 %", "English"),
		h.reads("l'agenda est en anglais", "My requests"),
		h.shot("agenda-english"),
	)
}
