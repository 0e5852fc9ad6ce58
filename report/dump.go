package report

import (
	"fmt"
	"strings"

	"github.com/ringtide/ringtide/impact"
)

// String prints the whole model as plain text, numbers of charts to five digits.
// It is what a reader of a diff wants to see.
func (m Model) String() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("title: %s", m.Title)
	p("author: %s", m.Author)
	p("subject: %s", m.Subject)
	p("lang: %s  dated: %s", m.Lang, m.Dated)
	p("running: %s | %s", m.Running, m.Stamp)
	for _, s := range m.Sections {
		page := ""
		if s.NewPage {
			page = " (new page)"
		}
		p("\n== %s%s", s.Title, page)
		if s.Lead != "" {
			p("%s", s.Lead)
		}
		for _, blk := range s.Blocks {
			dumpBlock(p, blk)
		}
	}
	return b.String()
}

type printer func(format string, args ...any)

func dumpBlock(p printer, blk Block) {
	switch blk := blk.(type) {
	case Banner:
		p("[banner] %s\n%s: %s", blk.Request, strings.ToUpper(blk.Decision), blk.Sentence)
		for _, c := range blk.Conditions {
			p("  condition: %s", c)
		}
		p("  %s", blk.Earliest)
		if blk.Doubts != "" {
			p("  doubts: %s", blk.Doubts)
		}
	case Cards:
		for _, c := range blk.Cards {
			p("[card] %s: %s | %s | %s", c.Label, c.Value, c.Range, c.Note)
		}
	case Glance:
		p("[glance] %s", blk.Title)
		for _, g := range blk.Marks {
			p("  %s: %s | %s", g.Result, g.Text, g.Number)
		}
		p("  %s", blk.rest(min(blk.Most, len(blk.Marks))))
	case Para:
		p("[para] %s", blk.Text)
	case List:
		p("[list] %s", blk.Title)
		for _, t := range blk.Items {
			p("  - %s", t)
		}
	case Side:
		p("[side %g]", blk.Share)
		dumpBlock(p, blk.Left)
		dumpBlock(p, blk.Right)
	case Table:
		dumpTable(p, blk)
	case Chart:
		p("[chart] %s\n  caption: %s", blk.Title, blk.Caption)
		for _, k := range blk.Plot.keys() {
			p("  key: %s", k.name)
		}
		if n := blk.Plot.notes(); n != "" {
			p("  notes: %s", n)
		}
		if !blk.Small { // the small chart repeats a large one
			dumpPlot(p, blk.Plot)
		}
	}
}

func dumpTable(p printer, t Table) {
	p("[table, %d folds] %s", max(1, t.Fold), t.Title)
	var heads []string
	for _, c := range t.Columns {
		heads = append(heads, c.Head)
	}
	p("  # %s", strings.Join(heads, " | "))
	for _, r := range t.Rows {
		sign := " "
		if r.Strong {
			sign = "*"
		}
		p("  %s %s", sign, strings.Join(r.Cells, " | "))
	}
	if t.Note != "" {
		p("  note: %s", t.Note)
	}
}

func dumpPlot(p printer, plot Plot) {
	switch c := plot.(type) {
	case DayColumns:
		for i, d := range c.With {
			p("  %s open=%t %s without %s with %s", d.Date, d.Open, d.Holiday, dumpDist(c.Without[i].Value), dumpDist(d.Value))
		}
	case DayBars:
		for _, d := range c.Days {
			p("  %s open=%t %s", d.Date, d.Open, dumpDist(d.Value))
		}
	case Heat:
		for i, row := range c.Cells {
			var cells []string
			for j, cell := range row {
				if cell.Open {
					cells = append(cells, fmt.Sprintf("%s %.5g", clock(c.Minutes[j]), cell.Value))
				}
			}
			p("  %s: %s", c.Rows[i], strings.Join(cells, ", "))
		}
	case Staffing:
		p("  step %d, %s to %s", c.Step, clock(c.From), clock(c.To))
		for _, d := range c.Days {
			p("  %s with %v without %v rostered %.5g", d.Date, d.With, d.Without, d.Rostered)
		}
	case ServiceDays:
		for _, l := range c.Lines {
			for _, d := range l.Days {
				p("  %s %s open=%t %s", l.Option, d.Date, d.Open, dumpDist(d.Value))
			}
		}
	case Chances:
		for _, l := range c.Lines {
			p("  %s %.5g", l.Option, l.Chance)
		}
	case Swing:
		for _, b := range c.Bars {
			p("  %s: %s %.5g, %s %.5g", b.Fact, b.LowText, b.Low, b.HighText, b.High)
		}
	}
}

func dumpDist(d impact.Dist) string {
	return fmt.Sprintf("%.5g [%.5g %.5g %.5g %.5g %.5g]", d.Mean, d.Q05, d.Q25, d.Q50, d.Q75, d.Q95)
}
