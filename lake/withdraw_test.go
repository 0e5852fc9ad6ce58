package lake

import (
	"testing"
	"time"
)

func TestWithdraw(t *testing.T) {
	l, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	visit := func(n int32, queue string, at time.Time) *Contact {
		c := NewContact("x", "call")
		c.Visit, c.Queue, c.Arrival = n, queue, MicrosOf(at)
		return &c
	}
	march, february := time.Date(2026, 3, 1, 0, 0, 10, 0, time.UTC), time.Date(2026, 2, 28, 23, 59, 50, 0, time.UTC)
	load := func(sum string, do func(w *Writer, input int) error) Tallying {
		t.Helper()
		w, err := l.Writer()
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if err := do(w, w.AddInput()); err != nil {
			t.Fatal(err)
		}
		tallies, err := w.Commit(t.Context(), []Input{{Name: sum, SHA256: sum}})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
		return tallies[0]
	}
	load("aaaaaaaaaaaa", func(w *Writer, input int) error {
		if err := w.Add(input, 1, visit(1, "water", march)); err != nil {
			return err
		}
		return w.Add(input, 1, visit(2, "tax", march))
	})
	got := load("bbbbbbbbbbbb", func(w *Writer, input int) error { // a visit is replaced and one goes
		if err := w.Withdraw(input, 1, visit(2, "tax", march)); err != nil {
			return err
		}
		if err := w.Withdraw(input, 1, visit(1, "water", march)); err != nil {
			return err
		}
		return w.Add(input, 1, visit(1, "permits", march))
	})
	if want := (Tallying{Duplicate: 1, Revised: 1, Withdrawn: 1}); got != want || l.Status().Rows != 1 || l.Status().Queues[0].Queue != "permits" {
		t.Errorf("%+v, %+v", got, l.Status())
	}
	got = load("cccccccccccc", func(w *Writer, input int) error { // the contact moves to another month
		if err := w.Withdraw(input, 1, visit(1, "permits", march)); err != nil {
			return err
		}
		return w.Add(input, 1, visit(1, "permits", february))
	})
	if want := (Tallying{Stored: 1, Withdrawn: 1}); got != want || len(l.Files()) != 1 || l.Files()[0].Month != "2026-02" {
		t.Errorf("%+v, %+v", got, l.Files())
	}
	got = load("dddddddddddd", func(w *Writer, input int) error { return w.Withdraw(input, 1, visit(7, "x", february)) })
	if got != (Tallying{}) || l.Status().Rows != 1 {
		t.Errorf("withdrawing what is not there: %+v", got)
	}
}
