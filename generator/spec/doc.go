// Package spec reads the SLO specs of other tools as they are: the files under
// data/slos become SLOs of the catalog. docs/slo-specs.md is its manual; Rules
// lists what specs are held against.
//
// Load runs after catalog.Load and changes the catalog. What a pull needs is then
// in each catalog.SLO, whoever declared it:
//
//   - Good or Bad, and Total: PromQL with {{.window}} for the range, in which
//     a bucket is counted, or a slice of time if there is Budgeting;
//   - Counts, whether they answer with events or with events per second;
//   - Unit and Caveats, if what they count is not events.
//
// A query whose answer is a ratio alone becomes a pair that answers as though
// there was one event a second: Bad is the ratio, and Total is 1 where it has a
// value, 0 where it is no number (a service without traffic divides by zero), and
// absent where it has none. So a ratio needs nothing special of who asks.
//
// What is wrong with a spec is an error, and its SLO is left out. What is right,
// but cannot be read or not as it is meant, is a warning: organisations use more
// of these tools than is read here.
package spec
