package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// given is a document that a family of the queue has sent with its request.
var given = []struct {
	login, kind, name, title string
	child                    bool
	lines                    []string
}{
	{"nadia.costa", "vaccinations", "vaccins-hugo.pdf", "Certificat de vaccinations", true,
		[]string{"Hugo Costa, né le 11 février 2020", "", "À jour des vaccinations obligatoires.", "Prochain rappel : février 2031.", "", "Cabinet médical du Quai, Prosnes-les-Bois"}},
	{"nadia.costa", "liability-insurance", "assurance-scolaire.pdf", "Attestation d'assurance", true,
		[]string{"Assurée : Nadia Costa", "Enfant : Hugo Costa", "", "Responsabilité civile et accidents corporels,", "activités scolaires et périscolaires.", "", "Mutuelle des Coteaux, contrat no 39-98-0106"}},
	{"julien.lefort", "vaccinations", "carnet-zoe.pdf", "Carnet de santé, page des vaccins", true,
		[]string{"Zoé Lefort, née le 18 mai 2022", "", "(photocopie peu lisible)"}},
}

// papers gives the town documents to look at, and a message with a file, sent
// by the very roads that families send by. A server that keeps no files has
// none.
func papers(ctx context.Context, svc *service.Service, st *store.Store) error {
	for _, g := range given {
		if err := give(ctx, svc, st, g.login, g.title, g.lines, func(tx *store.Tx, account store.Account, r store.Request, upload portal.ID) error {
			args := wire.SubmitDocument{Document: portal.NewID(), Upload: upload, Kind: g.kind, Name: g.name}
			if g.child {
				args.Child = r.Child
			}
			return svc.Do(tx, account, wire.DocumentSubmit, &args)
		}); err != nil {
			return fmt.Errorf("%s of %s: %w", g.kind, g.login, err)
		}
	}
	return give(ctx, svc, st, "nadia.costa", "Planning du mois", []string{"Lundi, jeudi : cantine", "Mardi, vendredi : garde par les grands-parents"},
		func(tx *store.Tx, account store.Account, r store.Request, upload portal.ID) error {
			return svc.Do(tx, account, wire.MessageSend, &wire.SendMessage{Message: portal.NewID(), Request: r.ID, Text: "Voici nos jours, si cela peut vous aider.",
				Files: []wire.SendFile{{File: portal.NewID(), Upload: upload, Name: "planning.pdf"}}})
		})
}

// give uploads a page by a family and hands it over about its first request.
func give(ctx context.Context, svc *service.Service, st *store.Store, login, title string, lines []string,
	hand func(tx *store.Tx, account store.Account, r store.Request, upload portal.ID) error) error {
	var account store.Account
	if err := st.Read(ctx, func(tx *store.Tx) (err error) {
		account, _, err = tx.AccountByLogin(login)
		return err
	}); err != nil {
		return err
	}
	data, upload := page(title, lines), portal.NewID()
	size := int64(len(data))
	if _, err := svc.Upload(ctx, service.Actor{Account: account.ID}, upload, documents.PDF, wire.ContentRange{Size: size, Total: size}, bytes.NewReader(data)); err != nil {
		return err
	}
	return st.Write(ctx, func(tx *store.Tx) error {
		all, err := tx.RequestsOf(account.ID)
		if err != nil || len(all) == 0 {
			return errors.Join(err, fmt.Errorf("%s has no request", login))
		}
		return hand(tx, account, all[0], upload)
	})
}

// page is a PDF of one page with a title and some lines, small and plain.
func page(title string, lines []string) []byte {
	var text strings.Builder
	line := func(size, down int, s string) {
		fmt.Fprintf(&text, "/F1 %d Tf 0 -%d Td (%s) Tj\n", size, down, latin(s))
	}
	text.WriteString("BT 72 780 Td\n")
	line(22, 30, title)
	line(10, 12, "")
	for _, s := range lines {
		line(13, 24, s)
	}
	text.WriteString("ET")
	var out bytes.Buffer
	var at []int
	out.WriteString("%PDF-1.4\n")
	for i, body := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
	} {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return out.Bytes()
}

// latin writes a French text as a PDF's standard fonts read it.
func latin(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == '(' || r == ')' || r == '\\':
			out.WriteString("\\" + string(r))
		case r < 0x80:
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, "\\%03o", r) // WinAnsi is Latin-1 there
		}
	}
	return out.String()
}
