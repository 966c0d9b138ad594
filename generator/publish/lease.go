package publish

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
)

// A lease is the lock of a bucket: the object .tribune/lock, which says until
// when it holds. Its holder writes it again now and then; if the holder dies, it
// runs out, and the next publish takes it.
//
// Storage that knows conditional writes (AWS, R2, MinIO) lets one publish alone
// create or replace the object. With other storage, a publish writes it, waits
// for settling, and goes on if it still finds its own: two that begin at the
// same moment are not told apart with certainty, which the report says.
type lease struct {
	bucket *bucket
	now    func() time.Time
	length time.Duration

	conditional bool   // the storage knows conditional writes
	token       string // tells this publish from others; "" while nothing is held
	etag        string // of the object as this publish wrote it
	stop        context.CancelCauseFunc
	done        chan struct{} // closed when nobody renews any more

	mu    sync.Mutex
	until time.Time
}

// settling is how long a publish waits to see whether another wrote the lock too.
const settling = time.Second

var errLost = errors.New("another publish has taken the lock of the bucket, since this one did not renew it in time")

// A claim is the lock's content.
type claim struct {
	Holder string    `json:"holder"`
	Until  time.Time `json:"until"`
}

// acquire waits until nobody else holds the lock and takes it. The context that
// it returns ends if the lock is lost.
func (l *lease) acquire(ctx context.Context) (context.Context, error) {
	waiting := l.bucket.waiting
	for {
		free, held, etag, err := l.look(ctx)
		if err != nil {
			return ctx, err
		}
		if free {
			if err = l.take(ctx, etag); err == nil {
				break
			}
			if !errors.Is(err, errTaken) {
				return ctx, err
			}
			continue
		}
		if waiting != nil {
			waiting()
			waiting = nil
		}
		select {
		case <-ctx.Done():
			return ctx, fmt.Errorf("another publish holds the lock of the bucket: %w", context.Cause(ctx))
		case <-time.After(min(time.Second, max(50*time.Millisecond, held))):
		}
	}
	ctx, l.stop = context.WithCancelCause(ctx)
	l.done = make(chan struct{})
	go l.renew(ctx)
	return ctx, nil
}

// look reports whether the lock can be taken, how long it is held otherwise, and
// the tag of the object that must still be there; "" if there is none.
func (l *lease) look(ctx context.Context) (free bool, held time.Duration, etag string, err error) {
	text, etag, err := l.bucket.readTagged(ctx, lockName)
	if errors.Is(err, fs.ErrNotExist) {
		return true, 0, "", nil
	}
	if err != nil {
		return false, 0, "", err
	}
	var c claim
	if err := json.Unmarshal(text, &c); err != nil {
		return false, 0, "", fmt.Errorf("%s in the bucket is no lock of a publish: %w\n\thint: remove it", lockName, err)
	}
	held = c.Until.Sub(l.now())
	return held <= 0, held, etag, nil
}

// errTaken says that somebody else was faster.
var errTaken = errors.New("the lock is taken")

// take writes the lock over the object with the tag, or where there is none.
func (l *lease) take(ctx context.Context, etag string) error {
	token := rand.Text()
	if err := l.write(ctx, token, matching(etag)); err != nil {
		return err
	}
	// A second write under the condition that there is no object shows whether
	// the storage heeds conditions.
	switch err := l.write(ctx, token, matching("")); {
	case errors.Is(err, errTaken):
		l.conditional, l.token = true, token
		return nil
	case err != nil:
		return err
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(settling):
	}
	if mine, err := l.mine(ctx, token); err != nil || !mine {
		if err == nil {
			err = errTaken
		}
		return err
	}
	l.token = token
	return nil
}

func (l *lease) mine(ctx context.Context, token string) (bool, error) {
	text, _, err := l.bucket.readTagged(ctx, lockName)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	var c claim
	return err == nil && json.Unmarshal(text, &c) == nil && c.Holder == token, err
}

// matching is the condition that an object has the tag, or that there is none.
func matching(etag string) (o minio.PutObjectOptions) {
	if etag == "" {
		o.SetMatchETagExcept("*")
	} else {
		o.SetMatchETag(etag)
	}
	return o
}

// write writes the lock under a condition; errTaken if that does not hold.
func (l *lease) write(ctx context.Context, token string, o minio.PutObjectOptions) error {
	until := l.now().Add(l.length).UTC()
	text, err := json.Marshal(claim{token, until})
	if err != nil {
		return err
	}
	o.ContentType, o.CacheControl, o.DisableMultipart = "application/json", "no-cache", true
	key := l.bucket.prefix + lockName
	info, err := l.bucket.client.PutObject(ctx, l.bucket.name, key, bytes.NewReader(text), int64(len(text)), o)
	switch status(err) {
	case http.StatusNotImplemented: // some storage refuses what it does not know
		o = minio.PutObjectOptions{ContentType: o.ContentType, CacheControl: o.CacheControl, DisableMultipart: true}
		info, err = l.bucket.client.PutObject(ctx, l.bucket.name, key, bytes.NewReader(text), int64(len(text)), o)
	case http.StatusPreconditionFailed, http.StatusConflict:
		return errTaken
	}
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until, l.etag = until, info.ETag
	return nil
}

// renew writes the lock again and again until the context ends, and ends it if
// somebody else has the lock.
func (l *lease) renew(ctx context.Context) {
	defer close(l.done)
	every := time.NewTicker(l.length / 4)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		o := minio.PutObjectOptions{}
		if l.conditional {
			o = matching(l.etag)
		}
		if err := l.write(ctx, l.token, o); errors.Is(err, errTaken) || l.held() != nil {
			l.stop(errLost)
			return
		}
	}
}

// held reports that the lock has run out.
func (l *lease) held() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.token != "" && l.now().After(l.until) {
		return errLost
	}
	return nil
}

// release removes the lock, if this publish still has it.
func (l *lease) release(ctx context.Context) {
	if l.token == "" {
		return
	}
	l.stop(nil)
	<-l.done
	if mine, err := l.mine(ctx, l.token); err == nil && mine {
		l.bucket.client.RemoveObject(ctx, l.bucket.name, l.bucket.prefix+lockName, minio.RemoveObjectOptions{})
	}
}
