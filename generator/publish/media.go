package publish

import "path"

// mediaTypes are what a bucket says that a file is, by its extension. The table
// is ours, since that of a machine depends on what is installed there.
var mediaTypes = map[string]string{
	".avif":  "image/avif",
	".css":   "text/css; charset=utf-8",
	".csv":   "text/csv; charset=utf-8",
	".gif":   "image/gif",
	".html":  "text/html; charset=utf-8",
	".ico":   "image/x-icon",
	".ics":   "text/calendar; charset=utf-8",
	".jpeg":  "image/jpeg",
	".jpg":   "image/jpeg",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".pdf":   "application/pdf",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".webp":  "image/webp",
	".woff2": "font/woff2",
	".xml":   "application/xml",
}

// mediaType returns what a bucket says that a file is.
func mediaType(name string) string {
	if path.Base(name) == "feed.xml" {
		return "application/atom+xml; charset=utf-8"
	}
	if t, ok := mediaTypes[path.Ext(name)]; ok {
		return t
	}
	return "application/octet-stream"
}

// caching returns how long readers may keep a file without asking again: an
// asset for ever, since another content has another name; a page for a minute;
// and what programs ask to learn what is published not at all. Shared caches
// may keep a file only if the bucket's own rules let everybody read it.
func caching(name, sum string) string {
	switch {
	case name == manifestName || name == stateName || name == lockName:
		return "no-cache"
	case isAsset(name, sum):
		return "max-age=31536000, immutable"
	}
	return "max-age=60"
}

// shrinks reports whether a file becomes smaller by gzip: pictures and the like
// are packed already, and programs read the manifest as it is.
func shrinks(name string) bool {
	switch path.Ext(name) {
	case ".css", ".csv", ".html", ".ics", ".js", ".svg", ".txt", ".xml", ".json":
		return name != manifestName && name != stateName && name != lockName
	}
	return false
}
