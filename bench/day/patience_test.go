package day

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/ringtide/ringtide/erlang"
)

// A bank is what the call log of a month of the bank of 1999 holds.
type bank struct {
	waits  []erlang.Wait
	handle []float64 // answered calls of more than 0 s
}

func readBank(t *testing.T, month string) bank {
	t.Helper()
	name := filepath.Join(shared, "realdata/anonymous_bank_1999/calls_1999-"+month+".csv.gz")
	f, err := os.Open(name)
	if os.IsNotExist(err) {
		t.Skipf("the call log is not on this machine: put it at %s to run this check", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	var b bank
	for _, row := range rows[1:] {
		number := func(column string) float64 {
			v, err := strconv.ParseFloat(row[at[column]], 64)
			if err != nil {
				t.Fatalf("%s: %v", column, err)
			}
			return v
		}
		outcome := row[at["outcome"]]
		if outcome == "PHANTOM" {
			continue
		}
		if wait := number("q_time"); wait > 0 {
			b.waits = append(b.waits, erlang.Wait{Seconds: wait, Abandoned: outcome == "HANG"})
		}
		if talk := number("ser_time"); outcome == "AGENT" && talk > 0 {
			b.handle = append(b.handle, talk)
		}
	}
	return b
}

// The reference values of the shared workspace, to their printed digits.
func TestBankPatience(t *testing.T) {
	for _, tt := range []struct {
		month             string
		queued, left      int
		mean              float64
		still             [4]float64 // after 30, 60, 120, 300 s
		median            float64
		talk, talkMid, cv float64
	}{
		{"01", 16665, 3080, 369, [4]float64{0.909, 0.831, 0.726, 0.516}, 311, 185, 114, 1.24},
		{"10", 11900, 2089, 422, [4]float64{0.924, 0.855, 0.745, 0.541}, 361, 180, 106, 1.46},
	} {
		t.Run(tt.month, func(t *testing.T) {
			b := readBank(t, tt.month)
			fit, err := erlang.FitPatience(b.waits)
			if err != nil {
				t.Fatal(err)
			}
			curve, err := erlang.KaplanMeier(b.waits)
			if err != nil {
				t.Fatal(err)
			}
			handle, err := erlang.FitHandleTimes(b.handle)
			if err != nil {
				t.Fatal(err)
			}
			if fit.Waits != tt.queued || fit.Abandoned != tt.left {
				t.Errorf("%d queued, %d hung up, want %d and %d", fit.Waits, fit.Abandoned, tt.queued, tt.left)
			}
			same(t, "patience", fit.Mean, tt.mean, 0.5)
			for i, at := range []float64{30, 60, 120, 300} {
				same(t, "still waiting", curve.At(at), tt.still[i], 0.0005)
			}
			same(t, "median patience", curve.Quantile(0.5), tt.median, 0.5)
			same(t, "mean talk", handle.Mean, tt.talk, 0.5)
			same(t, "median talk", handle.Median, tt.talkMid, 0.5)
			same(t, "cv of talk", handle.CV, tt.cv, 0.005)
			long := b.handle[:0]
			for _, v := range b.handle {
				if v > 10 {
					long = append(long, v)
				}
			}
			logs, err := erlang.FitHandleTimes(long)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "sd of the log above 10 s", logs.LogSD, 0.92, 0.005)
			t.Logf("%+v\n%+v\nabove 10 s: %+v", fit, handle, logs)
		})
	}
}

func same(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
