package site

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Digest is of all that a file is made of, its path included. What has the
// same digest is the same file, as long as the program is. The zero Digest is
// of what nobody can tell.
type Digest [sha256.Size]byte

// DigestOf returns the digest of values, for what is made of them elsewhere; zero if
// a value holds what has no digest.
func DigestOf(values ...any) Digest { return digestOf(values...) }

// digestOf returns the digest of values: of every field, exported or not, and of
// everything that they lead to, so that no field of a view can be forgotten. It is
// zero if a value holds what has no digest, such as a function.
func digestOf(values ...any) (d Digest) {
	w := digesters.Get().(*digester)
	defer digesters.Put(w)
	w.h.Reset()
	w.buf, w.lost = w.buf[:0], false
	for _, v := range values {
		w.add(reflect.ValueOf(v))
	}
	if w.lost {
		return Digest{}
	}
	w.h.Write(w.buf)
	w.h.Sum(d[:0])
	return d
}

var digesters = sync.Pool{New: func() any { return &digester{h: sha256.New(), buf: make([]byte, 0, flushAt+64)} }}

// A digester writes values so that no two of one type are written the same.
type digester struct {
	h    hash.Hash
	buf  []byte
	lost bool // something has no digest
}

const flushAt = 4 << 10 // bytes that are hashed at a time

func (w *digester) number(n uint64) {
	if len(w.buf) > flushAt {
		w.h.Write(w.buf)
		w.buf = w.buf[:0]
	}
	w.buf = binary.AppendUvarint(w.buf, n)
}

func (w *digester) text(s string) {
	w.number(uint64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *digester) add(v reflect.Value) {
	switch v.Kind() {
	case reflect.Invalid: // nil in an interface
		w.number(0)
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			w.number(0)
			return
		}
		w.number(1)
		if v.Kind() == reflect.Interface {
			w.text(v.Elem().Type().String())
		}
		w.add(v.Elem())
	case reflect.Bool:
		n := uint64(0)
		if v.Bool() {
			n = 1
		}
		w.number(n)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.number(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		w.number(v.Uint())
	case reflect.Float32, reflect.Float64:
		w.number(math.Float64bits(v.Float()))
	case reflect.String:
		w.text(v.String())
	case reflect.Slice, reflect.Array:
		w.number(uint64(v.Len()))
		for i := range v.Len() {
			w.add(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == moment {
			w.time(v)
			return
		}
		for i := range v.NumField() {
			w.add(v.Field(i))
		}
	case reflect.Map:
		w.entries(v)
	default: // functions and channels cannot be told apart
		w.lost = true
	}
}

var moment = reflect.TypeFor[time.Time]()

// time writes a moment and the name of its zone, which is how a time.Time is made
// up: wall clock, seconds, zone. It may stand in a field that cannot be read as
// one. The rules of a zone belong to the machine, as they do for the program.
func (w *digester) time(v reflect.Value) {
	w.number(v.Field(0).Uint())
	w.number(uint64(v.Field(1).Int()))
	if zone := v.Field(2); !zone.IsNil() {
		w.text(zone.Elem().Field(0).String())
		return
	}
	w.text("")
}

// entries writes a map in the order of its keys, which must be text.
func (w *digester) entries(v reflect.Value) {
	if v.Type().Key().Kind() != reflect.String {
		w.lost = true
		return
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	w.number(uint64(len(keys)))
	for _, k := range keys {
		w.text(k.String())
		w.add(v.MapIndex(k))
	}
}
