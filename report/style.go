package report

import (
	"image/color"

	"github.com/ringtide/ringtide/impact"
)

// The palette is that of Okabe and Ito with a dark green that keeps a contrast of
// 4.5:1 on white. Colours that differ also differ in grey or come with a pattern.
var (
	ink        = color.NRGBA{0x1B, 0x27, 0x33, 0xFF}
	muted      = color.NRGBA{0x55, 0x62, 0x6E, 0xFF}
	rule       = color.NRGBA{0xCC, 0xD3, 0xDA, 0xFF}
	faint      = color.NRGBA{0xE6, 0xEA, 0xEE, 0xFF}
	tint       = color.NRGBA{0xF4, 0xF6, 0xF9, 0xFF}
	paper      = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
	navy       = color.NRGBA{0x12, 0x39, 0x5B, 0xFF}
	blue       = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	vermillion = color.NRGBA{0xC6, 0x4B, 0x00, 0xFF}
	amber      = color.NRGBA{0x8F, 0x5E, 0x00, 0xFF}
	green      = color.NRGBA{0x00, 0x73, 0x57, 0xFF}
	slate      = color.NRGBA{0x4A, 0x55, 0x60, 0xFF}
)

// mix returns the opaque colour that lies the share t, 0 to 1, on the way from a to b.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	part := func(x, y uint8) uint8 { return uint8(float64(x) + t*(float64(y)-float64(x)) + 0.5) }
	return color.NRGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 0xFF}
}

// resultColor is the colour that goes with the word for a gate result or decision.
func resultColor(result string) color.NRGBA {
	switch result {
	case impact.Pass, impact.Approve:
		return green
	case impact.Condition, impact.Conditional, impact.Defer:
		return amber
	}
	return vermillion
}

// A face is a type size with its weight, colour and line height; all in points.
type face struct {
	bold  bool
	size  float64
	lead  float64 // from baseline to baseline
	color color.NRGBA
}

// The type scale.
var (
	faceTitle    = face{true, 19, 23, navy}
	faceSection  = face{true, 14.5, 18, navy}
	faceLead     = face{false, 10.5, 14, ink}
	faceHead     = face{true, 10, 13, ink}
	faceBody     = face{false, 9, 12, ink}
	faceQuiet    = face{false, 9, 12, muted}
	faceCaption  = face{false, 8.5, 11, muted}
	faceCell     = face{false, 8, 10, ink}
	faceCellBold = face{true, 8, 10, ink}
	faceCellHead = face{true, 7.5, 9, muted}
	faceNote     = face{false, 7.5, 9.5, muted}
	faceDecision = face{true, 17, 21, ink}
	faceValue    = face{true, 17, 20, navy}
	faceTick     = face{false, 7.5, 9, muted}
	faceHeat     = face{false, 7, 8, ink}
)

// in returns f in another colour.
func (f face) in(c color.NRGBA) face { f.color = c; return f }

// at returns f in another size, its line height kept in proportion.
func (f face) at(size float64) face {
	f.lead, f.size = f.lead*size/f.size, size
	return f
}
