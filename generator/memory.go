package generator

import "tribune/generator/history"

// A Memory is what a process that builds again and again, as serve does, need not read
// twice. All of it is found by the content that it was made of, so that it changes no
// byte. The zero value knows nothing yet; builds may share one.
type Memory struct {
	history history.Memory
}
