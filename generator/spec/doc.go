// Package spec reads SLO specs of other tools, as they are: Sloth, Pyrra and
// OpenSLO files under data/slos become SLOs of the catalog.
package spec
