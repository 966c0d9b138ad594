// Package chart draws figures from plain series, in two ways.
//
// Marks are static SVG, written here: the same input gives the same bytes, they
// need no script, and their numbers stand in their titles. Geometry is in SVG
// attributes and paint in CSS classes, so one drawing serves light, dark and
// paper; there are no style attributes, which a strict content security policy
// forbids. Glyphs and hatchings are shared by all marks of a page: print Defs
// once in every page that has one.
//
// Figures are options for ECharts, made with the types of go-echarts, of which
// this package is the only user. They carry data, names of formatters and names
// of colours, never code; templates/assets/src/site.js gives the names meaning.
//
// Shares of a budget are shares, 1 being all of it. A share that is not a finite
// number cannot be drawn: it is treated as unknown, as if Known were false.
package chart
