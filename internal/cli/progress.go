package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// A bar shows how far a long step is, on a terminal only. The clock is read to
// pace the drawing and to tell the time left; nothing of it reaches a result.
type bar struct {
	w     io.Writer
	label string
	mu    sync.Mutex
	begun time.Time
	drawn time.Time
}

// newBar returns a bar, or nil where standard error is no terminal; a nil bar
// draws nothing.
func (e *env) newBar(label string) *bar {
	if !e.terminal {
		return nil
	}
	return &bar{w: e.err, label: label, begun: time.Now()}
}

// at draws the bar at done of total units.
func (b *bar) at(done, total int64, unit string) {
	b.draw(done, total, func(time.Duration) string { return fmt.Sprintf("%d %s", done, unit) })
}

// rows draws the bar at done of total bytes, with the rows read so far and their rate.
func (b *bar) rows(done, total, rows int64) {
	b.draw(done, total, func(spent time.Duration) string {
		return fmt.Sprintf("%d rows, %.0f/s", rows, float64(rows)/max(spent.Seconds(), 0.001))
	})
}

func (b *bar) draw(done, total int64, text func(spent time.Duration) string) {
	if b == nil || total <= 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if now.Sub(b.drawn) < 100*time.Millisecond && done < total {
		return
	}
	b.drawn = now
	share := min(float64(done)/float64(total), 1)
	left := ""
	switch {
	case done >= total:
		left = ", writing"
	case share > 0.01:
		rest := time.Duration(float64(now.Sub(b.begun)) * (1 - share) / share)
		left = fmt.Sprintf(", %v left", rest.Round(time.Second))
	}
	full := int(30 * share)
	fmt.Fprintf(b.w, "\r\x1b[K%s [%s%s] %3.0f%% %s%s", b.label, strings.Repeat("=", full), strings.Repeat(" ", 30-full), 100*share, text(now.Sub(b.begun)), left)
}

// done clears the bar's line.
func (b *bar) done() {
	if b != nil {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
