package postmortem

import (
	"regexp"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// ofReport reports whether a list of boxes is the checklist of the report itself:
// most of its items say that it, or the incident, is as it is to be.
func (r *actionReader) ofReport(list *ast.List) bool {
	of, all := 0, 0
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		first := item.FirstChild()
		if first == nil {
			continue
		}
		if _, boxed := first.FirstChild().(*east.TaskCheckBox); !boxed {
			return false
		}
		all++
		if aboutItself.MatchString(plain(first, r.text)) {
			of++
		}
	}
	return all > 1 && of*2 > all
}

var aboutItself = regexp.MustCompile(`(?i)^(?:the |this |all |every )*(?:` +
	`incident (?:has been|is|was) (?:dealt with|over|resolved|closed|mitigated)\b` +
	`|sections?(?: \w+)? (?:is|are|has been|have been) (?:filled|complete|written)` +
	`|(?:incident |report )?(?:titles?|report|summary|timeline|post-?mortem|document|after-action report)(?: and (?:the )?[\w-]+(?: report)?)? (?:is|are|has been|have been) (?:cleaned|filled|complete|written|reviewed|published|shared)` +
	`|action(?:able)?(?: items?)?(?: above| below)? (?:have|has) (?:linked |a |an |their )*(?:github |gitlab |jira )?(?:issues?|tickets?|owners?)\b)`)
