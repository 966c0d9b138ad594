package verify

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"
)

// FuzzFile replaces a file of each kind in a good site. Whatever is in it, it is
// read to its end, and every problem stands in a line that the file has.
func FuzzFile(f *testing.F) {
	names := []string{
		"payments/index.html", "404.html", "feed.xml", "sitemap.xml", "due.ics", "assets/style.css", "assets/icon.svg",
		"payments/api/tribe.json", "payments/api/schema/tribe.json", "payments/api/slos/checkout/availability.csv",
		"payments/assets/figures/budgets.js", "payments/search/2026.js", "payments/search/rows-2026.js",
	}
	site := good(f)
	for i, name := range names {
		f.Add(uint8(i), site[name].Data)
	}
	f.Add(uint8(0), []byte(`<svg><p></svg><title><p><![CDATA[x]]><!-- <plaintext>`))
	f.Add(uint8(7), []byte(`{"schema":"tribune/tribe/v1","id":1e9,"spent":-0.1e-300}`))
	f.Add(uint8(11), []byte(`tribune.index({"documentCount":9007199254740993,"serializationVersion":2});`))
	f.Fuzz(func(t *testing.T, kind uint8, text []byte) {
		name := names[int(kind)%len(names)]
		site[name] = &fstest.MapFile{Data: text}
		defer func(was *fstest.MapFile) { site[name] = was }(good(t)[name])
		folder, err := list(site)
		if err != nil {
			t.Fatal(err)
		}
		folder.compileSchemas()
		c, err := folder.read(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(c.list, folder.found.list...) {
			if !fs.ValidPath(p.Pos.File) || p.Pos.File != name && site[p.Pos.File] == nil {
				t.Errorf("%s: there is no such file", p)
			}
			if p.Pos.Line > bytes.Count(text, []byte("\n"))+1 {
				t.Errorf("%s: there is no such line", p)
			}
		}
	})
}

// FuzzManifest reads anything as the folder's manifest and the previous one.
func FuzzManifest(f *testing.F) {
	f.Add(withManifest(f, good(f))["manifest.json"].Data)
	f.Add([]byte(`{"schema": "tribune/manifest/v1", "files": {"../index.html": {"bytes": -1}, "": {}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		site := fstest.MapFS{"manifest.json": {Data: text}, "index.html": {Data: []byte("x")}}
		previous, err := ReadManifest(bytes.NewReader(text))
		if (err == nil) != (previous != nil) {
			t.Fatalf("a manifest %v and the error %v", previous, err)
		}
		folder, err := list(site)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range folder.holdManifest(make([]content, len(folder.names)), previous) {
			_, there := site[p.Pos.File]
			if gone := p.Rule == "file-missing" || p.Rule == "page-lost"; !there && !gone {
				t.Errorf("%s: there is no such file", p)
			}
		}
	})
}
