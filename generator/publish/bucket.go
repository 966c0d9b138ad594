package publish

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"golang.org/x/sync/errgroup"
)

// A bucket is a target in S3-compatible storage: AWS, R2, MinIO, or Google's by
// its S3 door. Files are objects below a prefix; see lease for how two publishes
// are kept apart.
type bucket struct {
	client  *minio.Client
	name    string
	prefix  string // ends in a slash, or is empty
	gzip    bool   // send what shrinks packed
	waiting func()
	lease   lease
}

// defaultLease is how long the lock of a publish that was killed stands.
const defaultLease = time.Minute

// atOnce is how many objects are sent or deleted at a time.
const atOnce = 8

// parameters are what may stand behind the ? of a bucket's address.
var parameters = []string{"endpoint", "region", "path_style", "gzip", "lease"}

func newBucket(cfg Config, u *url.URL) (target, error) {
	if u.Host == "" || u.User != nil || u.Fragment != "" {
		return nil, wrong("it names no bucket, or more than that", "write s3://bucket/prefix; keys come from the environment, as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	q := u.Query()
	for name := range q {
		if !slices.Contains(parameters, name) {
			return nil, wrong("it has a parameter that buckets do not know", "they know "+strings.Join(parameters, ", "))
		}
	}
	b := &bucket{name: u.Host, prefix: strings.Trim(u.Path, "/"), gzip: q.Get("gzip") == "true", waiting: cfg.Waiting}
	if b.prefix != "" {
		b.prefix += "/"
	}
	b.lease = lease{bucket: b, now: cfg.Now, length: defaultLease}
	if text := q.Get("lease"); text != "" {
		var err error
		if b.lease.length, err = time.ParseDuration(text); err != nil || b.lease.length < time.Second {
			return nil, wrong("its lease is no duration of a second or more", "write lease=60s")
		}
	}
	endpoint, err := url.Parse(cmp.Or(q.Get("endpoint"), "https://s3.amazonaws.com"))
	if err != nil || endpoint.Host == "" || endpoint.User != nil || endpoint.Scheme != "https" && endpoint.Scheme != "http" {
		return nil, wrong("its endpoint is no address of a server", "write endpoint=https://s3.example")
	}
	lookup := minio.BucketLookupAuto
	if q.Get("path_style") == "true" {
		lookup = minio.BucketLookupPath
	}
	b.client, err = minio.New(endpoint.Host, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{},
			&credentials.IAM{Client: &http.Client{Timeout: 5 * time.Second}},
		}),
		Secure: endpoint.Scheme == "https", BucketLookup: lookup,
		Region: cmp.Or(q.Get("region"), os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
	})
	if err != nil {
		return nil, wrong("it is none of a bucket", "a bucket's name has 3 to 63 of a–z, 0–9, dash and dot")
	}
	return b, nil
}

func (b *bucket) begin(ctx context.Context) (context.Context, error) {
	ctx, err := b.lease.acquire(ctx)
	return ctx, b.failed(err)
}

func (b *bucket) end(ctx context.Context) { b.lease.release(ctx) }

func (b *bucket) notes() []string {
	if b.lease.conditional {
		return nil
	}
	return []string{"this storage knows no conditional writes, so that two publishes that begin in the same second may mix: let one run at a time"}
}

func (b *bucket) list(ctx context.Context) (map[string]int64, error) {
	held := map[string]int64{}
	for object := range b.client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
		if object.Err != nil {
			return nil, b.failed(object.Err)
		}
		name := strings.TrimPrefix(object.Key, b.prefix)
		switch {
		case strings.HasPrefix(name, ".") || strings.HasSuffix(name, "/"):
		case b.gzip && shrinks(name):
			held[name] = unknownSize
		default:
			held[name] = object.Size
		}
	}
	return held, ctx.Err()
}

func (b *bucket) read(ctx context.Context, name string) ([]byte, error) {
	text, _, err := b.readTagged(ctx, name)
	return text, b.failed(err)
}

// readTagged returns an object with the tag that its content has at the server.
func (b *bucket) readTagged(ctx context.Context, name string) (text []byte, etag string, err error) {
	object, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, "", err
	}
	defer object.Close()
	text, err = io.ReadAll(object)
	if err != nil {
		if status(err) == http.StatusNotFound && minio.ToErrorResponse(err).Code != minio.NoSuchBucket {
			err = fs.ErrNotExist
		}
		return nil, "", err
	}
	info, err := object.Stat()
	return text, info.ETag, err
}

// status is what the server answered with; 0 if it did not.
func status(err error) int { return minio.ToErrorResponse(err).StatusCode }

func (b *bucket) put(ctx context.Context, names []string, content func(string) ([]byte, error)) error {
	return b.each(ctx, names, "write", func(ctx context.Context, name string) error {
		text, err := content(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		o := minio.PutObjectOptions{
			ContentType: mediaType(name), CacheControl: caching(name, hex.EncodeToString(sum[:])),
			DisableMultipart: true, // each object at once
		}
		if b.gzip && shrinks(name) {
			o.ContentEncoding = "gzip"
			if text, err = packed(text); err != nil {
				return err
			}
		}
		_, err = b.client.PutObject(ctx, b.name, b.prefix+name, bytes.NewReader(text), int64(len(text)), o)
		return err
	})
}

func packed(text []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(text)
	err = errors.Join(err, w.Close())
	return b.Bytes(), err
}

func (b *bucket) remove(ctx context.Context, names []string) error {
	return b.each(ctx, names, "delete", func(ctx context.Context, name string) error {
		return b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})
	})
}

// each does something with every object, several at a time, as long as the lock
// is held.
func (b *bucket) each(ctx context.Context, names []string, what string, do func(ctx context.Context, name string) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, name := range names {
		g.Go(func() error {
			if err := cmp.Or(ctx.Err(), b.lease.held()); err != nil {
				return err
			}
			if err := do(ctx, name); err != nil {
				return fmt.Errorf("%s %s: %w", what, name, b.failed(err))
			}
			return nil
		})
	}
	return g.Wait()
}

func (b *bucket) commit(context.Context, string) error { return nil }

// rehearse writes and deletes an object of its own; rights to do so hold for a
// whole prefix.
func (b *bucket) rehearse(ctx context.Context, _, _ []string) error {
	trial := []string{workName + "/trial"}
	err := b.put(ctx, trial, func(string) ([]byte, error) { return []byte("trial"), nil })
	if err != nil {
		return err
	}
	return b.remove(ctx, trial)
}

// failed adds what to do about an error of the storage.
func (b *bucket) failed(err error) error {
	if err == nil {
		return nil
	}
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchBucket:
		return fmt.Errorf("there is no bucket %s: %w", b.name, err)
	case minio.AccessDenied, "InvalidAccessKeyId", "SignatureDoesNotMatch":
		return fmt.Errorf("%w\n\thint: the keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a credentials file, or the machine's or CI's role; they need to list, read, write and delete in %s", err, b.name)
	}
	return err
}
