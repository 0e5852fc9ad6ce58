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
	share := float64(done) / float64(total)
	left := ""
	if share > 0.01 && done < total {
		rest := time.Duration(float64(now.Sub(b.begun)) * (1 - share) / share)
		left = fmt.Sprintf(", %v left", rest.Round(time.Second))
	}
	full := int(30 * share)
	fmt.Fprintf(b.w, "\r\x1b[K%s [%s%s] %3.0f%% %d %s%s", b.label, strings.Repeat("=", full), strings.Repeat(" ", 30-full), 100*share, done, unit, left)
}

// done clears the bar's line.
func (b *bar) done() {
	if b != nil {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
