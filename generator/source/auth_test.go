package source

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tribune/generator/catalog"
)

// A tokenServer gives a token to who has the secret.
func tokenServer(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id == "" {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	w.Header().Set("Content-Type", "application/json")
	if id != "tribune" || secret != "hunter22" || r.FormValue("scope") != "metrics:read" {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error":"invalid_client","error_description":"no client %s with %s"}`, id, secret)
		return
	}
	fmt.Fprint(w, `{"access_token":"token-of-an-hour","token_type":"Bearer","expires_in":3600}`)
}

func openWith(t *testing.T, url, dir string, auth map[string]any, environment map[string]string) *Prometheus {
	t.Helper()
	src := catalog.Source{Name: "prod", Kind: catalog.Prometheus, URL: url, Timeout: time.Second, Auth: auth}
	p, err := OpenPrometheus(src, dir, func(name string) (string, bool) { v, ok := environment[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	p.pause, p.Increase = time.Millisecond, Exact
	return p
}

func TestATokenOfOAuth2IsFetchedAndSent(t *testing.T) {
	tokens := httptest.NewServer(http.HandlerFunc(tokenServer))
	defer tokens.Close()
	good := &fakeServer{series: map[string][]counted{"total": {always(10)}}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token-of-an-hour" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		good.ServeHTTP(w, r)
	}))
	defer server.Close()
	oauth2 := map[string]any{"oauth2": map[string]any{
		"client_id": "tribune", "client_secret": "${SECRET}", "token_url": tokens.URL, "scopes": []any{"metrics:read"},
	}}
	p := openWith(t, server.URL, "", oauth2, map[string]string{"SECRET": "hunter22"})
	expect(t, "with a token", tell(t, p, Question{[]catalog.SLO{slo1}}, hours(0, 1), "a/b/c"), "10/10")

	f := ask(t, openWith(t, server.URL, "", oauth2, map[string]string{"SECRET": "wrong-secret"}))
	if f == nil || f.Kind != Denied || !strings.Contains(f.Message, "no token is given for ") || !strings.Contains(f.Message, "invalid_client") ||
		!strings.Contains(f.Hint, "oauth2") || strings.Contains(f.Message, "wrong-secret") {
		t.Errorf("%+v", f)
	}
}

// The library that fetches tokens waits for ever; a request does not.
func TestAServerOfTokensThatHangsIsLeftAlone(t *testing.T) {
	stop := make(chan struct{})
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-stop }))
	defer tokens.Close()
	defer close(stop)
	p := openWith(t, "http://127.0.0.1:1", "", map[string]any{"oauth2": map[string]any{
		"client_id": "tribune", "client_secret": "x", "token_url": tokens.URL,
	}}, nil)
	p.timeout = 20 * time.Millisecond
	if f := ask(t, p); f == nil || f.Kind != Timeout {
		t.Errorf("%+v", f)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	p.timeout = time.Minute
	start := time.Now()
	if err := p.Detect(ctx, start); err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

// clientCertificate writes a key and a certificate of its own authority.
func clientCertificate(t *testing.T, dir string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"client.pem": {Type: "CERTIFICATE", Bytes: der}, "client.key": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func TestACertificateIsShownToAServerThatAsksForOne(t *testing.T) {
	dir := t.TempDir()
	certificate := clientCertificate(t, dir)
	server := httptest.NewUnstartedServer(&fakeServer{series: map[string][]counted{"total": {always(10)}}})
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool()}
	server.TLS.ClientCAs.AddCert(certificate)
	server.StartTLS()
	defer server.Close()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), authority, 0o600); err != nil {
		t.Fatal(err)
	}
	settings := func(more map[string]any) map[string]any {
		more["ca_file"] = "ca.pem"
		return map[string]any{"tls": more}
	}
	with := settings(map[string]any{"cert_file": "client.pem", "key_file": "client.key"})
	expect(t, "with a certificate", tell(t, openWith(t, server.URL, dir, with, nil), Question{[]catalog.SLO{slo1}}, hours(0, 1), "a/b/c"), "10/10")

	without := openWith(t, server.URL, dir, settings(map[string]any{}), nil)
	if f := ask(t, without); f == nil || f.Kind != Denied || !strings.Contains(f.Hint, "cert_file") || without.Requests() > 2 {
		t.Errorf("%+v after %d requests", f, without.Requests())
	}
}

func TestAProxyIsUsedAndItsPasswordIsNotShown(t *testing.T) {
	good := &fakeServer{series: map[string][]counted{"total": {always(10)}}}
	var refuse bool
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host != "prometheus.example:9090" || r.Header.Get("Proxy-Authorization") != "Basic dHJpYnVuZTpodW50ZXIyMg==" {
			t.Errorf("the proxy is asked for %s with %v", r.URL, r.Header)
		}
		if refuse {
			say(502, "no route for "+r.Header.Get("Proxy-Authorization"))(w, r)
			return
		}
		good.ServeHTTP(w, r)
	}))
	settings := map[string]any{"proxy_url": strings.Replace(proxy.URL, "http://", "http://tribune:${PROXY_PASSWORD}@", 1)}
	open := func() *Prometheus {
		return openWith(t, "http://prometheus.example:9090", "", settings, map[string]string{"PROXY_PASSWORD": "hunter22"})
	}
	expect(t, "through a proxy", tell(t, open(), Question{[]catalog.SLO{slo1}}, hours(0, 1), "a/b/c"), "10/10")
	refuse = true
	if f := ask(t, open()); f == nil || f.Kind != Server || strings.Contains(f.Message, "dHJpYnVuZTpodW50ZXIyMg") {
		t.Errorf("%+v", f)
	}
	proxy.Close()
	if f := ask(t, open()); f == nil || f.Kind != Unreachable || strings.Contains(f.Message, "hunter22") {
		t.Errorf("%+v", f)
	}
}
