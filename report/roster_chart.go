package report

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// A Picture is a kind of picture file.
type Picture string

// The kinds of picture files.
const (
	PNG        Picture = "png"
	SVG        Picture = "svg"
	PDFPicture Picture = "pdf"
)

// ParsePicture reads the kind of picture from the name of its file.
func ParsePicture(path string) (Picture, error) {
	switch kind := Picture(strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))); kind {
	case PNG, SVG, PDFPicture:
		return kind, nil
	}
	return "", fmt.Errorf("report: picture %q; end its name in .png, .svg or .pdf", path)
}

// A Grouping says what a row of a roster chart is.
type Grouping string

// The groupings.
const (
	ByPerson Grouping = "person" // a row for each agent; shifts without one come last
	ByShift  Grouping = "shift"  // rows for each pattern, as many as are worked at once
)

// A RosterChart shows shifts with their breaks as bars, and above them the agents on
// position against those required.
type RosterChart struct {
	Title  string
	Roster schedule.Roster
	By     Grouping
	Names  []string // rows of people in their order, also those without shifts; the others follow
	// Need may be without intervals: then nothing is compared. Of paths the median is
	// compared, and the quantiles 0.1 and 0.9 are drawn beside it.
	Need schedule.Requirement
	// Vacant means that shifts without an agent have nobody: they are hatched and
	// seat no one.
	Vacant bool
	Zone   *time.Location
	First  interval.Date
	Days   int
}

const (
	maxChartDays = 62
	maxChartRows = 5000
)

// Validate reports every fault of the chart at once.
func (c RosterChart) Validate() error {
	var errs []error
	if c.By != ByPerson && c.By != ByShift {
		errs = append(errs, fmt.Errorf("rows by %q; give person or shift", c.By))
	}
	if c.Zone == nil || c.First.IsZero() || c.Days < 1 || c.Days > maxChartDays {
		errs = append(errs, fmt.Errorf("%d days from %s; give a zone and 1 to %d days", c.Days, c.First, maxChartDays))
	}
	errs = append(errs, c.Need.Validate())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("report: roster chart: %w", err)
	}
	if len(c.shown()) == 0 && len(c.Names) == 0 {
		return fmt.Errorf("report: roster chart: no shift lies in the %d days from %s", c.Days, c.First)
	}
	return nil
}

// start and end bound the time that is shown.
func (c RosterChart) start() time.Time { return c.First.Start(c.Zone) }
func (c RosterChart) end() time.Time   { return c.First.AddDays(c.Days).Start(c.Zone) }

// shown lists the shifts of which some time is shown, in the order of their start.
func (c RosterChart) shown() schedule.Roster {
	var out schedule.Roster
	for _, s := range c.Roster {
		if s.Start.Before(c.end()) && s.End.After(c.start()) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b schedule.Shift) int { return a.Start.Compare(b.Start) })
	return out
}

// Write draws the chart. Equal charts give equal bytes.
func (c RosterChart) Write(w io.Writer, kind Picture) error {
	if err := c.Validate(); err != nil {
		return err
	}
	l := c.layout()
	if len(l.rows) > maxChartRows || kind == PNG && l.width*l.height > 60e6/4 || kind == PDFPicture && l.height > 14_400 {
		return fmt.Errorf("report: roster chart: %d rows and %d days are too many for one %s; show fewer days, or take .svg", len(l.rows), c.Days, kind)
	}
	var err error
	switch kind {
	case PNG:
		cv := vgimg.NewWith(vgimg.UseWH(vg.Points(l.width), vg.Points(l.height)), vgimg.UseDPI(144))
		l.draw(draw.New(cv))
		_, err = vgimg.PngCanvas{Canvas: cv}.WriteTo(w)
	case SVG:
		cv := vgsvg.NewWith(vgsvg.UseWH(vg.Points(l.width), vg.Points(l.height)), vgsvg.EmbedFonts(true))
		l.draw(draw.New(cv))
		_, err = cv.WriteTo(w)
	case PDFPicture:
		err = l.pdf(w)
	default:
		return fmt.Errorf("report: picture %q; use png, svg or pdf", kind)
	}
	if err != nil {
		return fmt.Errorf("report: write the chart: %w", err)
	}
	return nil
}

// pdf writes the chart as a document of one page of its own size.
func (l *rosterLayout) pdf(w io.Writer) error {
	s := newSheetOf(l.width, l.height)
	dated := l.c.First.Start(time.UTC)
	s.pdf.SetCreationDate(dated)
	s.pdf.SetModificationDate(dated)
	s.pdf.SetTitle(l.c.title(), true)
	s.pdf.SetProducer("ringtide", true)
	s.pdf.SetLang("en-US")
	s.pdf.AddPageFormat("P", fpdf.SizeType{Wd: l.width, Ht: l.height})
	cv := newCanvas(s.pdf, 0, 0, l.width, l.height)
	l.draw(draw.NewCanvas(cv, vg.Points(l.width), vg.Points(l.height)))
	cv.close()
	return s.pdf.Output(w)
}

func (c RosterChart) title() string {
	if c.Title != "" {
		return c.Title
	}
	last := c.First.AddDays(c.Days - 1)
	return fmt.Sprintf("Roster %s to %s, %v", longDay(c.First), longDay(last), c.Zone)
}

func longDay(d interval.Date) string { return d.Start(time.UTC).Format("Mon 2 Jan 2006") }
