// Package slo is the arithmetic of service level objectives: objectives,
// tallies, months and windows, error budgets, burn rates, evidence, states and
// trends. It knows no files, network or clock. What it cannot tell it says so:
// a share comes with ok = false rather than with a made-up number.
package slo
