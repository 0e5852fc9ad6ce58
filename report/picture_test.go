package report

import (
	"bytes"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

func sampleFan() Chart {
	f := Fan{}
	first := interval.MustDate("2026-06-29")
	for d := range 3 {
		f.Days = append(f.Days, FanDay{first.AddDays(d), len(f.Points), d != 1})
		for i := range 4 {
			p := FanPoint{Came: math.NaN()}
			switch d {
			case 0:
				p.Came = float64(10 + i)
			case 2:
				p = FanPoint{math.NaN(), true, 12, 6, 10, 14, 20}
			}
			f.Points = append(f.Points, p)
		}
	}
	return Chart{Title: "Calls", Caption: strings.Repeat("a caption that wraps ", 12), Plot: f}
}

// Each format is what it says, and the same bytes each time.
func TestPictures(t *testing.T) {
	fall := Chart{Title: "Parts", Plot: Waterfall{[]WaterfallPart{{"level", 100}, {"weekday", 1.2}, {"holiday", 0.5}}, "mean"}}
	for _, c := range []Chart{sampleFan(), fall} {
		for format, begins := range map[string]string{"png": "\x89PNG", "svg": "<?xml", "pdf": "%PDF"} {
			var a, b bytes.Buffer
			if err := c.Write(&a, format); err != nil {
				t.Fatal(err)
			}
			if err := c.Write(&b, format); err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(a.Bytes(), []byte(begins)) || !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("%s of %q: begins with %q, equal twice: %v", format, c.Title, a.Bytes()[:5], bytes.Equal(a.Bytes(), b.Bytes()))
			}
		}
		if err := c.Write(&bytes.Buffer{}, "gif"); err == nil || !strings.Contains(err.Error(), "png, svg, pdf") {
			t.Errorf("a gif: %v", err)
		}
	}
}

// The picture says in text what it shows: the title, the days, the parts with their factors and the product.
func TestPictureWords(t *testing.T) {
	var svg strings.Builder
	if err := sampleFan().Write(&svg, "svg"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">Calls<", ">Mon 29 Jun<", ">Wed 1 Jul<", ">9 of 10 futures<", ">20<"} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("the fan does not say %q", want)
		}
	}
	svg.Reset()
	c := Chart{Title: "Parts", Plot: Waterfall{[]WaterfallPart{{"level", 100}, {"weekday", 1.2}, {"holiday", 0.5}}, "mean"}}
	if err := c.Write(&svg, "svg"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">level<", ">×1.200  +20<", ">×0.500  −60<", ">60<", ">mean<"} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("the waterfall does not say %q", want)
		}
	}
}

// Closed days stay white of bands: nothing is drawn where nothing is forecast.
func TestFanLeavesClosedDaysAlone(t *testing.T) {
	var b bytes.Buffer
	if err := sampleFan().Write(&b, "png"); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	r, g, b2, _ := bandHalf.RGBA()
	w, found := img.Bounds().Dx(), [3]bool{}
	plotLeft, plotRight := 2*(pictureMargin+gutterLeft), w-2*(pictureMargin+gutterRight)
	for y := 104; y < img.Bounds().Dy()-100; y++ {
		for x := plotLeft + 2; x < plotRight-2; x++ {
			if cr, cg, cb, _ := img.At(x, y).RGBA(); cr == r && cg == g && cb == b2 {
				found[(x-plotLeft)*3/(plotRight-plotLeft)] = true
			}
		}
	}
	if found != [3]bool{false, false, true} {
		t.Errorf("the band stands on the days %v; want the last only", found)
	}
}

func TestParsePictureFormat(t *testing.T) {
	if f, err := ParsePictureFormat("a/B.PNG"); err != nil || f != "png" {
		t.Errorf("B.PNG is %q, %v", f, err)
	}
	if _, err := ParsePictureFormat("a.gif"); err == nil {
		t.Error("a.gif is a picture")
	}
}
