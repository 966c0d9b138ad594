package source

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/config"

	"tribune/generator/catalog"
)

// maxAnswer is how many bytes of JSON an answer may have.
const maxAnswer = 32 << 20

// newClient makes an HTTP client with the source's headers and authentication.
// Files that they name are relative to dir.
func newClient(src catalog.Source, dir string, s *secrets) (*http.Client, error) {
	cfg, err := clientConfig(src, dir, s)
	if err != nil {
		return nil, err
	}
	next, err := config.NewRoundTripperFromConfig(*cfg, "tribune", config.WithUserAgent("tribune"))
	if err != nil {
		return nil, faultf(Settings, "", "%s: %s", src.Pos, settingsError(err))
	}
	t := &transport{next: next, headers: http.Header{}}
	for name, value := range src.Headers {
		expanded, err := s.expand(src, value)
		if err != nil {
			return nil, err
		}
		t.headers.Set(name, expanded)
	}
	return &http.Client{Transport: t, CheckRedirect: checkRedirect}, nil
}

// clientConfig turns the settings into those that Prometheus itself has for its
// clients, which are read strictly.
func clientConfig(src catalog.Source, dir string, s *secrets) (*config.HTTPClientConfig, error) {
	auth, err := s.expandAll(src, src.Auth)
	if err != nil {
		return nil, err
	}
	settings := auth.(map[string]any)
	s.learn(settings, dir)
	if tls, ok := settings["tls"]; ok {
		delete(settings, "tls")
		settings["tls_config"] = tls
	}
	if _, ok := settings["proxy_url"]; !ok {
		settings["proxy_from_environment"] = true
	}
	text, err := json.Marshal(settings) // which is YAML too
	if err != nil {
		return nil, err
	}
	cfg, err := config.LoadHTTPConfig(string(text))
	if err != nil {
		return nil, faultf(Settings, "the keys are those of http_config in the manual of Prometheus", "%s: %s", src.Pos, settingsError(err))
	}
	cfg.SetDirectory(dir)
	return cfg, nil
}

var quotedValue = regexp.MustCompile("`[^`]*`")

// settingsError is the text of an error about settings on one line, without the
// values that it quotes.
func settingsError(err error) string {
	text := strings.ReplaceAll(err.Error(), " in type config.plain", "")
	return oneLine(quotedValue.ReplaceAllString(text, "a value"))
}

// checkRedirect lets a question go on only to the host that it was meant for,
// and whole: anything else would give our credentials away, or ask nothing.
func checkRedirect(req *http.Request, via []*http.Request) error {
	from := via[0]
	if req.URL.Scheme == from.URL.Scheme && req.URL.Host == from.URL.Host && req.Method == from.Method && len(via) < 10 {
		return nil
	}
	return faultf(BadAnswer, "if that is where it is, write its address as url", "%s sends us on to %s://%s%s instead of answering",
		from.URL.Host, req.URL.Scheme, req.URL.Host, req.URL.Path)
}

// A transport sends a source's headers, and lets only answers pass that can be
// read: of a bounded size, not HTML, and with a status that the API uses. All
// others are faults.
type transport struct {
	next    http.RoundTripper
	headers http.Header
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	for name, values := range t.headers {
		req.Header[name] = values
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := t.answered(req)
	if err != nil {
		return nil, err
	}
	body := io.Reader(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(resp.Body); err != nil {
			resp.Body.Close()
			return nil, &Fault{Kind: BadAnswer, Message: fmt.Sprintf("%s does not answer in gzip, though it says so", req.URL.Host), again: true}
		}
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		resp.ContentLength = -1
	}
	beginning := bufio.NewReader(body)
	resp.Body = boundedBody{&io.LimitedReader{R: beginning, N: maxAnswer + 1}, resp.Body}
	f := refuse(req, resp)
	if f == nil && resp.StatusCode/100 == 2 {
		f = partial(req, beginning)
	}
	if f != nil {
		resp.Body.Close()
		return nil, f
	}
	return resp, nil
}

// answered waits for an answer no longer than the request may take. A token of
// OAuth2 is fetched without regard to that.
func (t *transport) answered(req *http.Request) (*http.Response, error) {
	type answer struct {
		resp *http.Response
		err  error
	}
	came := make(chan answer, 1)
	go func() {
		resp, err := t.next.RoundTrip(req)
		came <- answer{resp, err}
	}()
	select {
	case a := <-came:
		return a.resp, a.err
	case <-req.Context().Done():
		go func() {
			if a := <-came; a.err == nil {
				a.resp.Body.Close()
			}
		}()
		return nil, req.Context().Err()
	}
}

// isPartial is how VictoriaMetrics, as a cluster, says before its data that some
// of them may be missing. The client of the API does not read it.
var isPartial = regexp.MustCompile(`^\s*\{\s*"status"\s*:\s*"success"\s*,\s*"isPartial"\s*:\s*true\b`)

// partial returns a fault if an answer says that it is partial.
func partial(req *http.Request, body *bufio.Reader) *Fault {
	beginning, _ := body.Peek(128) // what is wrong with it is met again when it is read
	if !isPartial.Match(beginning) {
		return nil
	}
	return faultf(Incomplete, "nothing was taken from it; the next pull asks again", "%s says that its answer is partial", req.URL.Host)
}

// A boundedBody is an answer that is a fault once it is too large.
type boundedBody struct {
	limited *io.LimitedReader
	io.Closer
}

func (b boundedBody) Read(p []byte) (int, error) {
	n, err := b.limited.Read(p)
	if b.limited.N <= 0 {
		return n, &Fault{Kind: Size, Message: fmt.Sprintf("the answer has more than %d MiB", maxAnswer>>20),
			Hint: "ask for fewer series: sum them, or sum by the one label that is needed", smaller: true}
	}
	return n, err
}

// refuse returns why an answer cannot be read, or nil.
func refuse(req *http.Request, resp *http.Response) *Fault {
	host, code := req.URL.Host, resp.StatusCode
	switch {
	case code/100 == 3, code == http.StatusBadRequest, code == http.StatusUnprocessableEntity:
		return nil // for http.Client to follow; for the API's client to read
	case code/100 == 2 && clockDiffers(resp.Header.Get("Date"), time.Now()):
		return faultf(Clock, "set the clock that is wrong: by another time than the server's, what is not over yet would be asked for",
			"the clock here says %s, and that of %s %s", time.Now().UTC().Format(time.RFC3339), host, resp.Header.Get("Date"))
	case code/100 == 2:
		if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
			return faultf(BadAnswer, "is url the address of a Prometheus, up to but without /api/v1? is there a login page before it?",
				"%s answers with a page for browsers", host)
		}
		return nil
	case req.Method == http.MethodPost && (code == http.StatusForbidden || code == http.StatusMethodNotAllowed || code == http.StatusNotImplemented):
		return nil // the API's client asks again by GET
	}
	kind, text := said(resp.Body)
	f := &Fault{Kind: Server, Message: fmt.Sprintf("%s answers %d %s%s", host, code, http.StatusText(code), text)}
	if kind == "timeout" { // of a query; Prometheus sends it with 503
		f.Kind, f.Hint, f.smaller = Timeout, timeoutHint, true
		return f
	}
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		f.Kind, f.Hint = Denied, "look at bearer_token_file, basic_auth, authorization, oauth2 or headers of the source, and whether they may read these series"
	case http.StatusNotFound:
		f.Kind, f.Hint = NotFound, "url is the address up to but without /api/v1, such as https://mimir.example/prometheus"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		f.Kind, f.Hint = Busy, "ask it less at a time (concurrency), or at another hour"
		f.again, f.after = true, retryAfter(resp.Header.Get("Retry-After"), time.Now())
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		f.Kind, f.Hint, f.smaller = Timeout, timeoutHint, true
	default:
		f.again = code/100 == 5
	}
	return f
}

// clockDiffers reports whether the clock of a server, as its answer tells it, is
// more than an hour away from ours.
func clockDiffers(date string, now time.Time) bool {
	at, err := http.ParseTime(date)
	return err == nil && now.Sub(at).Abs() > time.Hour
}

const timeoutHint = "give it more time (timeout of the source), or ask for fewer series"

// said returns what the server says of an error, if it says it as the API does:
// its type, and its text with a colon before it.
func said(body io.Reader) (kind, text string) {
	b, _ := io.ReadAll(io.LimitReader(body, 64<<10))
	var v struct {
		ErrorType string `json:"errorType"`
		Error     string `json:"error"`
	}
	if json.Unmarshal(b, &v) != nil || v.Error == "" {
		return "", ""
	}
	return v.ErrorType, ": " + brief(v.Error)
}

// brief is a text on one line of at most 300 bytes.
func brief(s string) string {
	s = oneLine(s)
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:297], "") + "…"
	}
	return s
}

// retryAfter reads the header, seconds or a date. It is 0 if there is none.
func retryAfter(header string, now time.Time) time.Duration {
	if n, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// asFault returns the fault within an error, or nil.
func asFault(err error) *Fault {
	f, _ := errors.AsType[*Fault](err)
	return f
}
