package postmortem

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A zone is how a text names the zone of its times.
type zone struct {
	name  string         // as written
	clock *time.Location // nil if the name is not known, or means different zones to different people
	place string         // where clocks bear this name for part of the year; "" if none do
}

// zoneNames are the abbreviations of one meaning. CST, IST, AST and others have several.
var zoneNames = map[string]struct {
	hours int
	place string
}{
	"UTC": {0, ""}, "GMT": {0, ""}, "Z": {0, ""},
	"WET": {0, "Europe/Lisbon"}, "WEST": {1, "Europe/Lisbon"}, "BST": {1, "Europe/London"},
	"CET": {1, "Europe/Berlin"}, "CEST": {2, "Europe/Berlin"}, "MEZ": {1, "Europe/Berlin"}, "MESZ": {2, "Europe/Berlin"},
	"EET": {2, "Europe/Helsinki"}, "EEST": {3, "Europe/Helsinki"}, "MSK": {3, ""}, "SAST": {2, ""},
	"EST": {-5, "America/New_York"}, "EDT": {-4, "America/New_York"}, "CDT": {-5, "America/Chicago"},
	"MST": {-7, ""}, "MDT": {-6, "America/Denver"}, "PST": {-8, "America/Los_Angeles"}, "PDT": {-7, "America/Los_Angeles"},
	"AKST": {-9, "America/Anchorage"}, "AKDT": {-8, "America/Anchorage"}, "HST": {-10, ""}, "BRT": {-3, ""},
	"JST": {9, ""}, "KST": {9, ""}, "SGT": {8, ""}, "HKT": {8, ""}, "AWST": {8, ""}, "AEST": {10, ""}, "AEDT": {11, "Australia/Sydney"},
	"NZST": {12, "Pacific/Auckland"}, "NZDT": {13, "Pacific/Auckland"},
}

// manyMeanings are abbreviations that only the site's own zone can decide.
var manyMeanings = map[string]bool{"CST": true, "IST": true, "AST": true, "ADT": true, "SST": true, "PKT": true, "AMT": true, "ECT": true}

// regions are the words for zones of America, and what English calls them.
var regions = map[string]string{
	"pacific": "America/Los_Angeles", "pt": "America/Los_Angeles", "mountain": "America/Denver", "mt": "America/Denver",
	"central": "America/Chicago", "ct": "America/Chicago", "eastern": "America/New_York", "et": "America/New_York",
}

// cities are those whose names people write in place of a zone.
var cities = map[string]string{
	"amsterdam": "Europe", "athens": "Europe", "berlin": "Europe", "brussels": "Europe", "budapest": "Europe", "copenhagen": "Europe", "dublin": "Europe",
	"helsinki": "Europe", "istanbul": "Europe", "kyiv": "Europe", "lisbon": "Europe", "london": "Europe", "madrid": "Europe", "moscow": "Europe", "oslo": "Europe",
	"paris": "Europe", "prague": "Europe", "rome": "Europe", "stockholm": "Europe", "vienna": "Europe", "warsaw": "Europe", "zurich": "Europe",
	"chicago": "America", "denver": "America", "los angeles": "America", "new york": "America", "sao paulo": "America", "toronto": "America", "vancouver": "America",
	"dubai": "Asia", "hong kong": "Asia", "kolkata": "Asia", "seoul": "Asia", "shanghai": "Asia", "singapore": "Asia", "tokyo": "Asia",
	"auckland": "Pacific", "melbourne": "Australia", "sydney": "Australia", "johannesburg": "Africa", "nairobi": "Africa",
}

var (
	zoneOffset  = regexp.MustCompile(`^(?:UTC|GMT|utc|gmt)\s?([+-])(\d{1,2})(?::?([0-5]\d))?\b`)
	bareOffset  = regexp.MustCompile(`^([+-])(\d\d):?([0-5]\d)\b`)
	zoneLetters = regexp.MustCompile(`^(?:[A-Z]{2,5}|utc|gmt|Z)\b`)
	zoneIANA    = regexp.MustCompile(`^(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific|US)/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b`)
	zoneEnglish = regexp.MustCompile(`(?i)^(pacific|mountain|central|eastern|central european)(?:\s+(standard|daylight|summer))?\s+time\b`)
	zoneCity    = regexp.MustCompile(`^([A-Z][a-z]+(?:[ _][A-Z][a-z]+)?)`)
)

// scanZone reads the zone that a text begins with. In prose only what cannot be
// anything else is a zone; where the text has just said that a zone follows,
// so are the names of cities and regions.
func scanZone(text string, announced bool) (z zone, rest string, ok bool) {
	named := func(length int, clock *time.Location, place string) (zone, string, bool) {
		return zone{text[:length], clock, place}, text[length:], true
	}
	if m := zoneOffset.FindStringSubmatch(text); m != nil {
		return named(len(m[0]), offset(m[1], m[2], m[3]), "")
	}
	if m := zoneIANA.FindString(text); m != "" {
		return named(len(m), load(m), "")
	}
	if m := zoneEnglish.FindStringSubmatch(text); m != nil {
		return named(len(m[0]), inEnglish(strings.ToLower(m[1]), strings.ToLower(m[2])), "")
	}
	if m := zoneLetters.FindString(text); m != "" {
		if a, known := zoneNames[strings.ToUpper(m)]; known {
			return named(len(m), time.FixedZone(m, a.hours*3600), a.place)
		}
		if manyMeanings[m] {
			return named(len(m), nil, "")
		}
		if place := regions[strings.ToLower(m)]; place != "" && (announced || m != "CT" && m != "MT") {
			return named(len(m), load(place), "")
		}
	}
	if !announced {
		return zone{}, text, false
	}
	if m := zoneCity.FindStringSubmatch(text); m != nil {
		for name := strings.ReplaceAll(m[1], "_", " "); name != ""; name, _, _ = strings.Cut(name, " ") {
			place := regions[strings.ToLower(name)]
			if continent := cities[strings.ToLower(name)]; continent != "" {
				place = continent + "/" + strings.ReplaceAll(name, " ", "_")
			}
			if place != "" {
				return named(len(name), load(place), "")
			}
			if !strings.Contains(name, " ") {
				break
			}
		}
	}
	return zone{}, text, false
}

func offset(sign, hours, minutes string) *time.Location {
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(minutes)
	if h > 14 {
		return nil
	}
	east := h*3600 + m*60
	if sign == "-" {
		east = -east
	}
	return time.FixedZone(fmt.Sprintf("UTC%s%02d:%02d", sign, h, m), east)
}

// inEnglish returns the zone of Pacific Time, which changes with the season, or
// of Pacific Standard Time, which does not.
func inEnglish(region, season string) *time.Location {
	if region == "central european" {
		switch season {
		case "summer", "daylight":
			return time.FixedZone("CEST", 2*3600)
		case "standard":
			return time.FixedZone("CET", 3600)
		}
		return load("Europe/Berlin")
	}
	standard := map[string]int{"pacific": -8, "mountain": -7, "central": -6, "eastern": -5}[region]
	switch season {
	case "standard":
		return time.FixedZone(region, standard*3600)
	case "daylight", "summer":
		return time.FixedZone(region, (standard+1)*3600)
	}
	return load(regions[region])
}

// scanZones reads the zones after a clock: UTC, +02:00, or PST (UTC-7). An
// offset without letters is read if it can be nothing else.
func scanZones(text string, offsets bool) (all []zone, rest string) {
	if m := bareOffset.FindStringSubmatch(text); m != nil && (offsets || m[1] == "+") {
		return []zone{{m[0], offset(m[1], m[2], m[3]), ""}}, text[len(m[0]):]
	}
	for rest = text; ; {
		gap := zoneGap.FindString(rest)
		z, after, ok := scanZone(rest[len(gap):], false)
		if !ok && len(all) == 0 {
			// 16:37 Denver - Builds fail: a city where only a zone or a name can stand.
			if city, behind, is := scanZone(rest[len(gap):], true); is && zoneEnd.MatchString(behind) {
				z, after, ok = city, behind, true
			}
		}
		if !ok {
			return all, rest
		}
		all, rest = append(all, z), after[len(zoneTime.FindString(after)):]
	}
}

var (
	zoneGap  = regexp.MustCompile(`^\s*(?:-\s+)?[(\[/]?\s*`)
	zoneTime = regexp.MustCompile(`^\s+time\b`)
	zoneEnd  = regexp.MustCompile(`^\s*(?:time\b\s*)?(?:\)|$|[-–—:|]\s)`)
)

var (
	zoneFollows = regexp.MustCompile(`(?i)\b(?:all\s+(?:the\s+|of the\s+)?(?:event\s+)?times?(?:stamps)?\b|times?(?:stamps)?\s+(?:below\s+|here\s+|listed\s+)?(?:are|is)\b|time\s?zone\b)`)
	zoneInWords = regexp.MustCompile(`(?i)^[\s:*_]*(?:(?:used|are|is|listed|given|shown|below|here|events?)\s+)*(?:in|:)\s+(\S[^.;,\n]*)`)
)

// zonesSaid returns the zones that a sentence such as "All times in UTC+1
// (Zurich time)" names. A name that nobody knows is a zone without a clock.
func zonesSaid(text string) (all []zone) {
	if !saysTime(text) {
		return nil
	}
	at := zoneFollows.FindStringIndex(text)
	if at == nil {
		return nil
	}
	tail := cut(text[at[1]:], 80)
	if all = zonesIn(tail, true); len(all) > 0 {
		return all
	}
	if m := zoneInWords.FindStringSubmatch(tail); m != nil && !localTime.MatchString(m[1]) {
		return []zone{{name: strings.TrimSpace(m[1])}}
	}
	return nil
}

// saysTime reports whether a text has the word time, times, timestamps or
// timezone, in whichever case. Most have none and need no closer look.
func saysTime[T string | []byte](text T) bool {
	for i := 0; i+4 <= len(text); i++ {
		if text[i]|0x20 != 't' || text[i+1]|0x20 != 'i' || text[i+2]|0x20 != 'm' || text[i+3]|0x20 != 'e' {
			continue
		}
		if i+4 == len(text) || !isWord(text[i+4]) || text[i+4] >= 0x80 {
			return true
		}
		if next := text[i+4] | 0x20; next == 's' || next == 'z' {
			return true
		}
	}
	return false
}

var localTime = regexp.MustCompile(`(?i)^(?:our |the )?(?:local|order|chronological)\b`)

// zonesIn returns the zones that are named anywhere in a text: in a column's
// header, Time (UTC), or behind the words that announce them.
func zonesIn(text string, announced bool) (all []zone) {
	for i := 0; i < len(text); {
		if i > 0 && isWord(text[i-1]) || text[i] == ' ' {
			i++
			continue
		}
		z, rest, ok := scanZone(text[i:], announced)
		if !ok {
			i++
			continue
		}
		all, i = append(all, z), len(text)-len(rest)
	}
	return all
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' || c >= 0x80
}

var places sync.Map // names of zones → *time.Location, nil if there is none

// load returns the zone of a place, nil if there is none of that name.
func load(name string) *time.Location {
	if known, ok := places.Load(name); ok {
		return known.(*time.Location)
	}
	place, err := time.LoadLocation(name)
	if err != nil {
		place = nil
	}
	places.Store(name, place)
	return place
}

// A zoneTrouble is why the zones that a text names do not tell a moment, or tell
// one that is likely to be another.
type zoneTrouble struct {
	message, hint string
}

// momentOf returns when the clocks of all the zones showed the wall time, UTC. It
// is the zero time if they did so at different moments, or at none.
func momentOf(wall time.Time, zones []zone, site *time.Location) (t time.Time, trouble *zoneTrouble) {
	for i, z := range zones {
		clock := z.clock
		if manyMeanings[z.name] {
			at, _ := onClock(wall, site)
			if name, _ := at.In(site).Zone(); name == z.name {
				clock = site
			}
		}
		if clock == nil {
			why := "is not known as a zone"
			if manyMeanings[z.name] {
				why = "means different zones to different people"
			}
			return time.Time{}, &zoneTrouble{fmt.Sprintf("%q %s: its times are not read", cut(z.name, 40), why), "write the offset, such as +02:00, or UTC"}
		}
		at, err := onClock(wall, clock)
		switch {
		case at.IsZero():
			return at, &zoneTrouble{fmt.Sprintf("%s: the clocks of %s went forward over it", wall.Format("2006-01-02 15:04"), z.name), ""}
		case err != nil:
			return time.Time{}, &zoneTrouble{fmt.Sprintf("%s was twice in %s: it is not read", wall.Format("2006-01-02 15:04"), z.name), "write the offset, " + at.In(clock).Format("-07:00") + " for the first"}
		case i > 0 && !at.Equal(t):
			return time.Time{}, &zoneTrouble{fmt.Sprintf("%s and %s are different zones: their times are not read", zones[0].name, z.name), "name one of them"}
		}
		t = at
		if place := z.place; place != "" && trouble == nil {
			if name, kept := seasonal(at, place, clock); name != "" {
				trouble = &zoneTrouble{fmt.Sprintf("on %s the clocks of %s did not show %s: it is read as %s", at.In(clock).Format(time.DateOnly), place, z.name, kept), "write " + name + ", if that was meant, or the offset"}
			}
		}
	}
	return t, trouble
}

// seasonal returns the name that the time of a place has at a moment, if that is
// another than the clock's: CET is not kept in summer.
func seasonal(at time.Time, place string, clock *time.Location) (name, kept string) {
	there := load(place)
	if there == nil {
		return "", ""
	}
	name, shown := at.In(there).Zone()
	if _, east := at.In(clock).Zone(); east == shown {
		return "", ""
	}
	return name, at.In(clock).Format("UTC-07:00")
}
