package chart

import "unicode/utf8"

// A spot is where a label might stand: the end of its baseline that the class
// says, " end" being the right one.
type spot struct {
	x, y  float64
	class string
}

// A box is what a label covers.
type box struct{ left, top, right, bottom float64 }

// textWidth estimates the width of a label of 11 px, generously: the fonts of
// readers differ.
func textWidth(s string) float64 { return 5.9 * float64(utf8.RuneCountInString(s)) }

func labelBox(x, y float64, class, text string) box {
	w := textWidth(text)
	if class == " end" {
		x -= w
	}
	return box{x, y - 9, x + w, y + 3}
}

func (b box) meets(c box) bool {
	return b.left < c.right && c.left < b.right && b.top < c.bottom && c.top < b.bottom
}

func (b box) inside(left, top, right, bottom float64) bool {
	return b.left >= left && b.top >= top && b.right <= right && b.bottom <= bottom
}
