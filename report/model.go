package report

import (
	"slices"

	"gonum.org/v1/plot/vg/draw"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// A Model is everything the report says, as plain data. Where it stands on the
// paper is decided later.
type Model struct {
	Title    string // of the document
	Author   string // the center
	Subject  string
	Lang     string        // BCP 47
	Dated    interval.Date // the day the request was received
	Running  string        // left of the running header: the request id and title
	Stamp    string        // right of the running header: the program's version
	Sections []Section
}

// A Section has a bookmark and begins with what it found.
type Section struct {
	Title   string
	NewPage bool
	Lead    string // the finding, in one or two sentences
	Blocks  []Block
}

// A Block is one thing on the page: [Banner], [Cards], [Glance], [Para], [List],
// [Table], [Chart] or [Side].
type Block interface{ block() }

// A Banner is the verdict.
type Banner struct {
	Request    string // the request in one line
	Decision   string // one of impact.Approve, Conditional, Defer, Decline
	Sentence   string
	Conditions []string
	Earliest   string // empty: nothing to say
	Doubts     string // empty: none that page one must name
}

// Cards are the headline numbers.
type Cards struct{ Cards []Card }

// A Card is one headline number.
type Card struct{ Label, Value, Range, Note string }

// A Glance is the list of gates in short, the failing ones first. It shows as many
// as the page has room for, at most Most, and counts the rest.
type Glance struct {
	Title string
	Marks []GateMark
	Most  int
}

// A GateMark is one gate in short.
type GateMark struct{ Result, Text, Number string }

// A Para is running text.
type Para struct{ Text string }

// A List is a bulleted list with an optional heading.
type List struct {
	Title string
	Items []string
}

// Align is the alignment of a column.
type Align int

// Alignments.
const (
	AlignLeft Align = iota
	AlignRight
)

// A Table has a heading row that is repeated on every page it reaches.
type Table struct {
	Title   string
	Columns []Column
	Rows    []Row
	Note    string
	Fold    int  // columns of the newspaper kind that the rows run through; 0 is 1
	Spare   bool // it repeats what stands elsewhere: left out where the page lacks room
}

// withoutEmptyColumns leaves out the columns in which no row says anything.
func (t Table) withoutEmptyColumns() Table {
	keep := func(j int) bool {
		return slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Cells[j] != "" })
	}
	out := t
	out.Columns, out.Rows = nil, slices.Clone(t.Rows)
	for i := range out.Rows {
		out.Rows[i].Cells = nil
	}
	for j, c := range t.Columns {
		if !keep(j) {
			continue
		}
		out.Columns = append(out.Columns, c)
		for i, r := range t.Rows {
			out.Rows[i].Cells = append(out.Rows[i].Cells, r.Cells[j])
		}
	}
	return out
}

// A Column is a column of a Table. Flex columns take the room that is left and wrap.
type Column struct {
	Head  string
	Align Align
	Flex  float64 // share of the room left; 0: as wide as its text
}

// A Row is a row of a Table.
type Row struct {
	Cells  []string
	Strong bool   // a total
	Mark   string // gate result drawn before the first cell, if any
}

// Side puts two blocks beside each other; the left one gets Share of the width. The
// right one repeats what stands elsewhere: where the page has no room for both, it
// is left out.
type Side struct {
	Left, Right Block
	Share       float64
}

// A Chart is a picture with a caption that states what it shows.
type Chart struct {
	Title   string
	Caption string
	Small   bool
	Plot    Plot
}

// A Plot is the data of one kind of chart: [DayColumns], [DayBars], [Heat], [Staffing],
// [ServiceDays], [Chances] or [Swing].
type Plot interface {
	keys() []key                    // of the legend
	height(small bool) float64      // of the picture, in points
	draw(c draw.Canvas, small bool) // the picture itself
	notes() string                  // what its marks stand for
}

// A DayPoint is one day on a time axis. A closed day breaks the line.
type DayPoint struct {
	Date    interval.Date
	Open    bool
	Holiday string
	Value   impact.Dist
}

// A Mark is something that happens on a day; the chart shows its number.
type Mark struct {
	Date interval.Date
	Text string
}

// DayColumns is daily volume: a column of the calls that stay, and on it those that
// the request adds or takes away, with 50% and 90% ranges.
type DayColumns struct {
	Without, With []DayPoint
	Marks         []Mark
}

// DayBars is the daily change that the request makes, with 50% and 90% bands.
type DayBars struct {
	Days  []DayPoint
	Marks []Mark
}

// Heat is a table of weekday by time of day, shaded by value. Minutes are those
// after midnight at which each column starts; Step is the length of a column.
type Heat struct {
	Rows    []string
	Minutes []int
	Step    int
	Cells   [][]HeatCell // [row][column]
	Signed  bool         // values are changes
}

// A HeatCell is one cell of a Heat.
type HeatCell struct {
	Open  bool
	Value float64
}

// Staffing is the number of people needed and rostered through some days.
type Staffing struct {
	Step int // minutes
	From int // minute after midnight of the first column of each day
	To   int // minute after midnight at which the last column ends
	Days []StaffDay
}

// A StaffDay is one day of a Staffing chart; columns over Minutes.
type StaffDay struct {
	Date     interval.Date
	Minutes  []int
	Open     []bool
	Without  []int
	With     []int
	Rostered []float64
}

// ServiceDays is the service level by day for some options, with 90% ranges.
type ServiceDays struct {
	Target float64
	Lines  []ServiceLine
}

// A ServiceLine is the service level of one option by day.
type ServiceLine struct {
	Option string // impact.OptionDecline ...
	Name   string
	Days   []DayPoint
}

// Chances is the chance of meeting the target by day for some options.
type Chances struct{ Lines []ChanceLine }

// A ChanceLine is the chance of one option by day.
type ChanceLine struct {
	Option string
	Name   string
	Dates  []interval.Date
	Open   []bool
	Chance []float64
}

// Swing shows how far the answer moves when one fact alone moves.
type Swing struct {
	Base float64
	Bars []SwingBar
}

// A SwingBar is one fact.
type SwingBar struct {
	Fact              string
	LowText, HighText string  // the fact's two values
	Low, High         float64 // calls at each of them
}

func (Banner) block() {}
func (Cards) block()  {}
func (Glance) block() {}
func (Para) block()   {}
func (List) block()   {}
func (Table) block()  {}
func (Chart) block()  {}
func (Side) block()   {}
