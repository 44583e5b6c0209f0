package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parvis/syncserver/store/storetest"
)

// certificate writes a certificate for loopback and gives who trusts it.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return cert, key, pool
}

// A town's server as it stands on the network: TLS by certificate files,
// HTTP/2, and nothing in the clear.
func TestServeSpeaksTLSAlone(t *testing.T) {
	cert, key, pool := certificate(t)
	address := freeAddress(t)
	for name, value := range map[string]string{
		"DATABASE": storetest.SQLite(t), "TOWN_NAME": "Saint-Aubin-sur-Vesle", "TOWN_ZONE": "B", "PUBLIC_URL": "https://" + address, "LISTEN": address,
		"TLS_CERT": cert, "TLS_KEY": key, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1", "SMTP_MODE": "plain", "MAIL_FROM": "portail@mairie.example",
		"LOG_LEVEL": "error", "DATA_DIR": t.TempDir(),
	} {
		t.Setenv("PARVIS_"+name, value)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- serve(ctx, nil) }()
	defer func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	for end := time.Now().Add(20 * time.Second); ; {
		answer, err := client.Get("https://" + address + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				if answer.ProtoMajor != 2 || answer.TLS.Version < tls.VersionTLS12 {
					t.Errorf("HTTP/%d over TLS %x", answer.ProtoMajor, answer.TLS.Version)
				}
				break
			}
		}
		if time.Now().After(end) {
			t.Fatalf("never ready: %v", err)
		}
	}
	// In the clear nothing is served.
	clear := &http.Client{Timeout: time.Second, Transport: &http.Transport{}}
	defer clear.CloseIdleConnections()
	if answer, err := clear.Get("http://" + address + "/v1/town"); err == nil {
		answer.Body.Close()
		if answer.StatusCode < 400 {
			t.Errorf("in the clear: %d", answer.StatusCode)
		}
	}
	// What is older than TLS 1.2 is refused.
	if c, err := tls.Dial("tcp", address, &tls.Config{RootCAs: pool, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		c.Close()
		t.Error("TLS 1.1 is spoken")
	}
}
