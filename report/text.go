package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ringtide/ringtide/impact"
)

// screenWidth is the width of the terminal summary in characters.
const screenWidth = 80

// mostGates is how many gates that do not pass the summary tells of.
const mostGates = 5

// Text writes a summary of a that fits one screen of 80 columns.
func Text(w io.Writer, a *impact.Assessment) error {
	if err := check(a); err != nil {
		return err
	}
	r := read(a)
	var b strings.Builder
	line := func(indent, s string) {
		for _, l := range wrapText(s, screenWidth-utf8.RuneCountInString(indent)) {
			b.WriteString(indent + l + "\n")
			indent = strings.Repeat(" ", utf8.RuneCountInString(indent))
		}
	}
	line("", clean(a.Request.ID)+"  "+r.title())
	line("", requestLine(a.Request))
	line("", "")
	line("", strings.ToUpper(a.Verdict.Decision)+": "+sentence(clean(a.Verdict.Sentence)))
	for _, c := range conditions(a.Verdict) {
		line("  - ", c)
	}
	if t := earliest(r); t != "" {
		line("  ", t)
	}
	if t := r.firstDoubts(); t != "" {
		line("  ", "Doubts: "+t)
	}
	b.WriteString("\n")
	textHeadline(line, a.Headline)
	textGates(line, a.Gates)
	textOptions(&b, a.Options)
	if s, ok := togetherSection(r); ok {
		line("", s.Title+": "+s.Lead)
		b.WriteString("\n")
	}
	if n := len(r.doubts()); n > 0 {
		line("", plural(n, "doubt", "doubts")+"; the report lists them.")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("report: write the summary: %w", err)
	}
	return nil
}

func textHeadline(line func(indent, s string), figures []impact.Figure) {
	wide := 0
	for _, f := range figures {
		wide = max(wide, utf8.RuneCountInString(clean(f.Label)))
	}
	wide = min(wide, 34)
	for _, f := range figures {
		value := clean(f.Value)
		if f.Range != "" {
			value += "  (" + clean(f.Range) + ")"
		}
		line(fmt.Sprintf("%-*s  ", wide, cut(clean(f.Label), wide)), value)
	}
	line("", "")
}

func textGates(line func(indent, s string), gates []impact.Gate) {
	pass, told := 0, 0
	for _, g := range gates {
		if g.Result == impact.Pass {
			pass++
			continue
		}
		if told++; told > mostGates {
			continue
		}
		line(fmt.Sprintf("%-10s", strings.ToUpper(g.Result)), gateName(g)+": "+clean(g.Reason))
	}
	if len(gates) > 0 {
		more := ""
		if told > mostGates {
			more = fmt.Sprintf(" %d more do not; the report lists them.", told-mostGates)
		}
		line("", fmt.Sprintf("%d of %s pass.%s", pass, plural(len(gates), "rule", "rules"), more))
		line("", "")
	}
}

func textOptions(b *strings.Builder, options []impact.Option) {
	if len(options) == 0 {
		return
	}
	fmt.Fprintf(b, "%-28s %8s %8s %11s %8s %12s\n", "Choice", "meets", "service", "mean wait", "hang up", "added cost")
	for _, o := range options {
		fmt.Fprintf(b, "%-28s %8s %8s %11s %8s %12s\n", cut(shortTitle(o.Title), 28), chance(o.Meets), level(o.Service.Mean),
			wait(o.MeanWait.Mean), count(o.Abandoned.Mean), money(o.CostCents))
	}
	b.WriteString("\n")
}

// shortTitle is the part of an option's title before its explanation.
func shortTitle(title string) string {
	short, _, _ := strings.Cut(clean(title), ": ")
	return short
}

// cut shortens s to n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// wrapText breaks s at spaces into lines of at most n characters; a longer word
// keeps a line to itself. Empty text is one empty line.
func wrapText(s string, n int) []string {
	out := []string{""}
	for word := range strings.FieldsSeq(s) {
		last := &out[len(out)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= n:
			*last += " " + word
		default:
			out = append(out, word)
		}
	}
	return out
}
