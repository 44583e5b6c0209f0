package main

import "errors"

// agent accepts the record at the town hall, on a screen of their own; the
// family sees it without a click.
func (j *journey) agent() (err error) {
	office, err := j.second()
	if err != nil {
		return err
	}
	w, err := j.openOn(office, "mairie")
	if err != nil {
		return err
	}
	j.agentWindow = w
	h, family := hands{j, w}, hands{j, j.family}
	const agentLogin = "sylvie.roy"
	return j.all(
		family.click("la famille regarde ses demandes", "Mes demandes", ""),
		family.reads("la demande est reçue", "Reçue par la mairie"),
		h.signIn(agentLogin, "registre-vert-pont-52"),
		h.code(agentLogin),
		step{"la file d'attente", func() error {
			if err := w.WaitRoute("parvis://file", patience); err != nil {
				return err
			}
			if _, err := w.Await(childFirst+" "+childLast, "part", patience); err != nil {
				return err
			}
			return j.shotOf(j.office, "agent-file")
		}},
		h.also("agent-file"),
		step{"la demande s'ouvre", func() error {
			if err := w.ClickOn(childFirst+" "+childLast, "part", patience); err != nil {
				return err
			}
			if err := w.ClickOn("Ouvrir la demande", "button", patience); err != nil {
				return err
			}
			if _, err := w.WaitText("Prendre en charge", patience); err != nil {
				return err
			}
			return j.shotOf(j.office, "agent-demande")
		}},
		h.also("agent-demande"),
		h.click("elle est prise en charge", "Prendre en charge", "button"),
		family.reads("la famille le voit", "En cours d'examen"),
		step{"la file fait place à ce qui vient d'être fait", func() error { return j.shotOf(j.office, "agent-prise-en-charge") }},
		h.click("elle est acceptée", "Accepter", "button"),
		family.reads("la famille le voit sans un clic", "Acceptée"),
		family.shot("demandes-acceptee"),
	)
}

// code types the code that an agent's telephone shows.
func (h hands) code(login string) step {
	return step{"le code à six chiffres", func() error {
		if _, err := h.w.WaitText("Code à six chiffres", patience); err != nil {
			return err
		}
		code, err := h.j.town.otp(login)
		if err != nil {
			return err
		}
		if err := h.w.Fill("Code à six chiffres", code, patience); err != nil {
			return err
		}
		return h.w.Key("Return")
	}}
}

// closeOffice ends what the agent used.
func (j *journey) closeOffice() error {
	var errs []error
	if j.agentWindow != nil {
		errs = append(errs, j.agentWindow.Close())
	}
	if j.office != nil {
		errs = append(errs, j.office.Close())
	}
	return errors.Join(errs...)
}
