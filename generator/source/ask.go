package source

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
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
	f := &Fault{Kind: Unreachable, Message: p.host + " cannot be reached: " + brief(err.Error()), Hint: "look at url, and whether it answers from here", again: true}
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	if verify || authority {
		f.Hint, f.again = "name the file of its authority as tls.ca_file", false
	}
	return f
}

// apiFault says what an error that the API itself gives means.
func (p *Prometheus) apiFault(e *v1.Error) *Fault {
	text := brief(e.Msg)
	switch e.Type {
	case v1.ErrBadData:
		return faultf(BadQuery, "", "%s refuses the query: %s", p.host, text)
	case v1.ErrExec:
		if strings.Contains(text, "too many samples") || strings.Contains(text, "limit") {
			return &Fault{Kind: Size, Message: p.host + ": " + text, Hint: "ask for fewer series, or give the server higher limits", smaller: true}
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
