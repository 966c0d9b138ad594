package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"tribune/generator/check"
	"tribune/generator/diag"
)

type jsonProblem struct {
	Rule     string        `json:"rule"`
	Severity diag.Severity `json:"severity"`
	File     string        `json:"file"`
	Line     int           `json:"line"`
	Column   int           `json:"column"`
	Message  string        `json:"message"`
	Hint     string        `json:"hint"`
}

func printJSON(w io.Writer, problems diag.List) error {
	all := []jsonProblem{}
	for _, p := range problems {
		all = append(all, jsonProblem{p.Rule, p.Severity, p.Pos.File, p.Pos.Line, p.Pos.Col, p.Message, p.Hint})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(all)
}

// printGitHub prints workflow commands that annotate a pull request.
func printGitHub(w io.Writer, problems diag.List) error {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, p := range problems {
		level := map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Note: "notice"}[p.Severity]
		text := p.Message
		if p.Hint != "" {
			text += "\nhint: " + p.Hint
		}
		_, err := fmt.Fprintf(w, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", level,
			property.Replace(p.Pos.File), max(1, p.Pos.Line), max(1, p.Pos.Col), property.Replace(p.Rule), data.Replace(text))
		if err != nil {
			return err
		}
	}
	return nil
}

// The parts of SARIF 2.1.0 that code scanning reads.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string     `json:"id"`
		Title *sarifText `json:"shortDescription,omitempty"`
		Why   *sarifText `json:"fullDescription,omitempty"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn,omitempty"`
	}
)

// sarifRuleOf has the reason of a rule where there is one.
func sarifRuleOf(id string) sarifRule {
	for _, r := range slices.Concat(check.Rules, check.ModelRules) {
		if r.ID == id {
			return sarifRule{id, &sarifText{r.Title}, &sarifText{r.Why}}
		}
	}
	return sarifRule{ID: id}
}

// printSARIF prints the problems for code scanning.
func printSARIF(w io.Writer, problems diag.List) error {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "tribune", Version: version(), Rules: []sarifRule{}}}, Results: []sarifResult{}}
	known := make(map[string]bool)
	for _, p := range problems {
		if !known[p.Rule] {
			known[p.Rule] = true
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(p.Rule))
		}
		text := p.Message
		if p.Hint != "" {
			text += "\nhint: " + p.Hint
		}
		where := sarifPhysical{sarifArtifact{(&url.URL{Path: p.Pos.File}).EscapedPath()}, sarifRegion{max(1, p.Pos.Line), p.Pos.Col}}
		run.Results = append(run.Results, sarifResult{p.Rule, p.Severity.String(), sarifText{text}, []sarifLocation{{where}}})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}
