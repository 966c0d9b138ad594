package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// A pack is a file of records that are found by a key: more than memory should
// hold at once. New records go to its end. Each is
//
//	key      32 bytes
//	length   of the content, 4 bytes, little endian
//	sum      CRC-32C of key and content, 4 bytes, likewise
//	content
//
// What is damaged is not found: a header that cannot be ends the file.
type pack struct {
	path string
	file *os.File // nil if there can be none

	mu   sync.Mutex
	at   map[string]*record
	end  int64
	used int64 // bytes of the records that were asked for or added
}

type record struct {
	from, size int64 // of the content
	used       bool
}

const headerSize = sha256.Size + 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// openPack opens a pack, which need not exist.
func openPack(path string) *pack {
	p := &pack{path: path, at: map[string]*record{}}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return p
	}
	p.file = f
	begin := make([]byte, len(format))
	if _, err := f.ReadAt(begin, 0); err != nil || string(begin) != format {
		if f.Truncate(0) != nil {
			return p
		}
		f.WriteAt([]byte(format), 0)
	}
	p.end = int64(len(format))
	p.list()
	return p
}

// list finds the records.
func (p *pack) list() {
	info, err := p.file.Stat()
	if err != nil {
		return
	}
	var header [headerSize]byte
	for {
		if _, err := p.file.ReadAt(header[:], p.end); err != nil {
			return
		}
		from := p.end + headerSize
		size := int64(binary.LittleEndian.Uint32(header[sha256.Size:]))
		if from+size > info.Size() {
			return
		}
		p.at[string(header[:sha256.Size])] = &record{from: from, size: size}
		p.end = from + size
	}
}

// get returns the content of a record.
func (p *pack) get(key string) (content []byte, ok bool) {
	p.mu.Lock()
	r := p.at[key]
	p.mu.Unlock()
	if r == nil {
		return nil, false
	}
	b := make([]byte, headerSize+r.size)
	if _, err := p.file.ReadAt(b, r.from-headerSize); err != nil {
		return nil, false
	}
	content = b[headerSize:]
	if string(b[:sha256.Size]) != key || binary.LittleEndian.Uint32(b[sha256.Size+4:]) != checksum(key, content) {
		return nil, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.use(r)
	return content, true
}

func (p *pack) use(r *record) {
	if !r.used {
		r.used = true
		p.used += headerSize + r.size
	}
}

// put adds a record.
func (p *pack) put(key string, content []byte) {
	if p.file == nil {
		return
	}
	var b bytes.Buffer
	b.Grow(headerSize + len(content))
	b.WriteString(key)
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(content))))
	b.Write(binary.LittleEndian.AppendUint32(nil, checksum(key, content)))
	b.Write(content)
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.file.WriteAt(b.Bytes(), p.end); err != nil {
		return
	}
	r := &record{from: p.end + headerSize, size: int64(len(content))}
	p.at[key] = r
	p.end += int64(b.Len())
	p.use(r)
}

func checksum(key string, content []byte) uint32 {
	return crc32.Update(crc32.Checksum([]byte(key), castagnoli), castagnoli, content)
}

// close closes the pack. If it shall be tidied and most of it is records that
// nobody asked for, it is written anew without them.
func (p *pack) close(tidy bool) {
	if p.file == nil {
		return
	}
	defer p.file.Close()
	if !tidy || p.end < 2*p.used+1<<20 {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(p.path), filepath.Base(p.path)+"-*")
	if err != nil {
		return
	}
	defer os.Remove(f.Name()) // fails once it has been renamed
	defer f.Close()
	if _, err := f.WriteString(format); err != nil {
		return
	}
	for _, r := range p.at {
		if !r.used {
			continue
		}
		if _, err := io.Copy(f, io.NewSectionReader(p.file, r.from-headerSize, headerSize+r.size)); err != nil {
			return
		}
	}
	if f.Close() == nil {
		os.Rename(f.Name(), p.path)
	}
}
