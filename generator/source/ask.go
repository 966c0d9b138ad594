package source

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// How often and how long a source is asked again after a fault that may pass.
const (
	maxTries = 4
	patience = 10 * time.Minute // for one question, all tries together
	maxPause = 2 * time.Minute  // that a server may ask for with Retry-After
)

// try does ask, and does it again after a pause if it meets a fault that may
// pass. The error is a *Fault, or that of ctx.
func (p *Prometheus) try(ctx context.Context, ask func(context.Context) error) error {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.Multiplier = p.pause, 3
	var last *Fault
	_, err := backoff.Retry(ctx, func() (none struct{}, err error) {
		last = p.once(ctx, ask)
		switch {
		case last == nil:
			return none, nil
		case !last.again:
			return none, backoff.Permanent(last)
		case last.after > maxPause:
			last.Hint = "it asks to wait " + last.after.String() + "; pull again then"
			return none, backoff.Permanent(last)
		case last.after > 0:
			return none, &backoff.RetryAfterError{Duration: last.after}
		}
		return none, last
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(maxTries), backoff.WithMaxElapsedTime(patience))
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return last
}

// once asks once, within the source's timeout and when it is its turn.
func (p *Prometheus) once(ctx context.Context, ask func(context.Context) error) *Fault {
	select {
	case p.turns <- struct{}{}:
		defer func() { <-p.turns }()
	case <-ctx.Done():
		return &Fault{Kind: Stopped, Message: ctx.Err().Error()}
	}
	p.requests.Add(1)
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	if err := ask(ctx); err != nil {
		return p.secrets.hidden(p.fault(err))
	}
	return nil
}

// fault says of any error what it means for who reads it.
func (p *Prometheus) fault(err error) *Fault {
	if f := asFault(err); f != nil {
		return f
	}
	if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return &Fault{Kind: Timeout, Message: p.host + " does not answer within " + p.timeout.String(), Hint: timeoutHint, smaller: true}
	}
	if e, ok := errors.AsType[*v1.Error](err); ok {
		return p.apiFault(e)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &Fault{Kind: BadAnswer, Message: p.host + " breaks off in the middle of its answer", again: true}
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // without the address, which may hold a whole query
	}
	if text := brief(err.Error()); strings.HasPrefix(text, "oauth2: ") {
		return &Fault{Kind: Denied, Message: "no token is given for " + p.host + ": " + strings.TrimPrefix(text, "oauth2: "),
			Hint: "look at oauth2 of the source: token_url, client_id and client_secret", again: noTokenNow.MatchString(text)}
	}
	f := &Fault{Kind: Unreachable, Message: p.host + " cannot be reached: " + brief(err.Error()), Hint: "look at url, and whether it answers from here", again: true}
	if strings.Contains(err.Error(), "remote error: tls: ") { // such as "certificate required"
		f.Kind, f.Hint, f.again = Denied, "name the certificate that the server asks for as tls.cert_file and tls.key_file", false
		return f
	}
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	if verify || authority {
		f.Hint, f.again = "name the file of its authority as tls.ca_file", false
	}
	return f
}

// tooMuch tells from its text that a server refuses how much is asked for, not
// what: of Prometheus, Thanos, Mimir and Cortex ("the total query time range exceeds
// the limit"), and VictoriaMetrics ("cannot exceed -search.maxPointsPerTimeseries").
var tooMuch = regexp.MustCompile(`too many (samples|points|series|chunks)|exceed(s|ed)? (the |its )?(limit|maximum|-search\.)|-search\.max|err-mimir-max`)

// noTokenNow tells a server of tokens that has a fault from one that refuses.
var noTokenNow = regexp.MustCompile(`cannot fetch token: 5\d\d `)

// apiFault says what an error that the API itself gives means.
func (p *Prometheus) apiFault(e *v1.Error) *Fault {
	text := brief(e.Msg)
	switch e.Type {
	case v1.ErrBadData, v1.ErrExec, "422": // the last is VictoriaMetrics'
		if tooMuch.MatchString(e.Msg) {
			return &Fault{Kind: Size, Message: p.host + ": " + text, Hint: "ask for fewer series, or give the server higher limits", smaller: true}
		}
		if e.Type == v1.ErrBadData {
			return faultf(BadQuery, "", "%s refuses the query: %s", p.host, text)
		}
		return faultf(BadQuery, "", "%s cannot answer the query: %s", p.host, text)
	case v1.ErrTimeout, v1.ErrCanceled:
		return &Fault{Kind: Timeout, Message: p.host + ": " + text, Hint: timeoutHint, smaller: true}
	case v1.ErrBadResponse:
		if text == "unexpected end of JSON input" {
			return &Fault{Kind: BadAnswer, Message: p.host + " breaks off in the middle of its answer", again: true}
		}
		return faultf(BadAnswer, "is url the address of a Prometheus, up to but without /api/v1?", "what %s answers cannot be read: %s", p.host, text)
	case v1.ErrClient:
		return faultf(BadQuery, "", "%s refuses the query: %s", p.host, text)
	}
	return &Fault{Kind: Server, Message: p.host + ": " + text, again: true}
}
