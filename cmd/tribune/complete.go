package main

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"tribune/generator"
	"tribune/generator/catalog"
)

// completeWord is the command that the scripts of completion run:
//
//	tribune __complete SHELL WORD...
//
// The words are those behind the program's name up to the one that is being
// typed. It prints what that one may become, a line each: a word, a tab and what
// the word means. A line :files or :dirs asks the shell for paths. It never
// fails, since nobody could read why.
const completeWord = "__complete"

// A typing is a command line that is being typed.
type typing struct {
	node  *kong.Node        // the command, as far as it is known
	given map[string]string // flags before the word, with their values
	flag  *kong.Flag        // whose value is being typed; nil if none
	args  int               // arguments before the word
	plain bool              // after --, where nothing is a flag
	word  string            // what is being typed, without --flag= before it
	lead  string            // that --flag=
}

// complete prints what the last of the words may become.
func complete(app *kong.Node, shell string, words []string, w io.Writer) {
	t := read(app, words)
	lead := ""
	if shell == "fish" {
		lead = t.lead // the others part the word at its =
	}
	for _, c := range t.choices() {
		word, _, _ := strings.Cut(c, "\t")
		switch {
		case c == "":
		case strings.HasPrefix(c, ":"):
			fmt.Fprintln(w, c)
		case strings.HasPrefix(word, t.word):
			fmt.Fprintf(w, "%s%s\n", lead, c)
		}
	}
}

// read follows the words to the one that is being typed, which is the last.
func read(app *kong.Node, words []string) *typing {
	t := &typing{node: app, given: map[string]string{}}
	if len(words) == 0 {
		return t
	}
	words = joined(words)
	last := len(words) - 1
	for _, word := range words[:last] {
		name, value, valued := strings.Cut(word, "=")
		switch {
		case t.flag != nil:
			t.given[t.flag.Name], t.flag = word, nil
		case t.plain || !strings.HasPrefix(word, "-"):
			t.argument(word)
		case word == "--":
			t.plain = true
		default:
			t.given[strings.TrimPrefix(name, "--")] = value
			if f := t.flagOf(name); f != nil && !f.IsBool() && !valued {
				t.flag = f
			}
		}
	}
	t.word = words[last]
	if name, value, ok := strings.Cut(t.word, "="); ok && t.flag == nil && !t.plain && strings.HasPrefix(name, "--") {
		t.flag, t.word, t.lead = t.flagOf(name), value, name+"="
		if t.flag == nil {
			t.plain = true // of an unknown flag nothing is known
		}
	}
	return t
}

// joined puts --flag = value together again, which bash parts.
func joined(words []string) (all []string) {
	for i, word := range words {
		n := len(all)
		switch {
		case word == "=" && n > 0 && strings.HasPrefix(all[n-1], "--"):
			all[n-1] += "="
		case i > 0 && words[i-1] == "=" && n > 0 && strings.HasPrefix(all[n-1], "--"):
			all[n-1] += word
		default:
			all = append(all, word)
		}
	}
	return all
}

func (t *typing) argument(word string) {
	for _, child := range t.node.Children {
		if child.Name == word && t.args == 0 && !t.plain {
			t.node = child
			return
		}
	}
	t.args++
}

// flags are those of the command that are shown, with its parents'.
func (t *typing) flags() []*kong.Flag { return slices.Concat(t.node.AllFlags(true)...) }

func (t *typing) flagOf(name string) *kong.Flag {
	for _, f := range t.flags() {
		if "--"+f.Name == name || f.Short != 0 && "-"+string(f.Short) == name {
			return f
		}
	}
	return nil
}

// choices are the lines that may complete the word, whatever it begins with.
func (t *typing) choices() (all []string) {
	switch {
	case t.flag != nil:
		return t.values(t.flag.Value, t.flag.PlaceHolder)
	case !t.plain && strings.HasPrefix(t.word, "-"):
		for _, f := range t.flags() {
			if _, ok := t.given[f.Name]; !ok || f.IsSlice() {
				all = append(all, "--"+f.Name+"\t"+f.Help)
			}
		}
		return all
	case t.args > 0 && t.node.Children != nil:
		return nil // behind what is no command
	case t.node.Children != nil:
		for _, child := range t.node.Children {
			if !child.Hidden {
				all = append(all, child.Name+"\t"+child.Help)
			}
		}
		return all
	}
	if n := len(t.node.Positional); n > 0 {
		p := t.node.Positional[min(t.args, n-1)]
		if t.args < n || p.IsSlice() {
			return t.values(p, "")
		}
	}
	return nil
}

// values are what a flag or an argument may be.
func (t *typing) values(v *kong.Value, placeholder string) []string {
	kind := cmp.Or(placeholder, strings.ToUpper(v.Name))
	switch {
	case v.Enum != "":
		return meaning("", v.EnumSlice()...)
	case v.Name == "audience":
		return meaning("", "public", "org", "tribe")
	case v.Name == "files" || kind == "FILE" || kind == "MANIFEST":
		return []string{":files"}
	case kind == "DIR" || v.Name == "url-or-dir":
		return []string{":dirs"}
	}
	switch v.Name {
	case "tribe", "service", "slo", "target":
		return t.names(v.Name)
	}
	return nil
}

func meaning(what string, words ...string) (all []string) {
	for _, w := range words {
		all = append(all, w+"\t"+what)
	}
	return all
}

// names are those of the site that the command line is about.
func (t *typing) names(kind string) (all []string) {
	s, _, err := generator.LoadData(cmp.Or(t.given["site"], "."))
	if err != nil {
		return nil
	}
	defer s.Close()
	if kind == "target" {
		for _, target := range s.Catalog.Site.Publish {
			all = append(all, choice(target.Name, "for "+cmp.Or(target.Audience, "any audience")))
		}
		return all
	}
	for i := range s.Catalog.Tribes {
		tribe := &s.Catalog.Tribes[i]
		if kind == "tribe" {
			all = append(all, choice(tribe.ID, tribe.Name))
			continue
		}
		if only := t.given["tribe"]; only != "" && only != tribe.ID {
			continue
		}
		all = append(all, inTribe(tribe, kind)...)
	}
	return all
}

// inTribe are the services of a tribe by their ids in it, or its SLOs.
func inTribe(tribe *catalog.Tribe, kind string) (all []string) {
	for _, v := range tribe.Services {
		if kind == "service" {
			all = append(all, choice(v.ID, v.Name))
			continue
		}
		for _, o := range v.SLOs {
			all = append(all, choice(o.ID, o.Title))
		}
	}
	return all
}

// plainWord matches the words that a command line takes as they are. What else a
// file of the site names, no shell shall type.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)

// choice is a line for a name that people gave; "" if it is none to type.
func choice(word, what string) string {
	if !plainWord.MatchString(word) {
		return ""
	}
	return word + "\t" + strings.Join(strings.Fields(what), " ")
}
