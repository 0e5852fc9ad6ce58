// Package report turns an [impact.Assessment] into pages a director can read.
//
// The road has two steps. [BuildPages] reads the assessment and decides what is
// said: sections of plain-data blocks, with every sentence, table cell and chart
// value already in it. [PDF] decides only where it stands on the paper. [Text]
// and [CSV] are the short and the long form for a terminal and a spreadsheet.
//
// Every number on a page stands in the assessment or is one sum or difference of
// numbers in it. The same assessment and [Options] give the same bytes: dates in
// the document come from the request, never from a clock.
//
// Charts are drawn by gonum/plot on a canvas that writes vectors into the page.
// They stay readable in grey and for the colour-blind: every colour is joined by
// a line style, a pattern, a shape or a printed value. Colours follow Okabe and
// Ito, Color Universal Design (2008).
//
// One sign rule holds throughout: a gap is people rostered minus people needed,
// so a minus sign means too few.
package report
