//go:build unix

// Command road measures the road from exports to packet as a user walks it: it builds
// ringtide, then simulates two years, builds the demo, loads, and assesses, and prints
// wall seconds, CPU seconds and peak memory of each, and whether two runs of assess
// wrote the same bytes. Run it from the repository: go run ./bench/road
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "road:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "road")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) // scratch
	program := filepath.Join(dir, "ringtide")
	if out, err := exec.Command("go", "build", "-o", program, "./cmd/ringtide").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	fmt.Printf("%-52s %8s %8s %8s\n", "step", "wall s", "CPU s", "peak MB")
	for _, step := range []struct {
		name string
		args []string
	}{
		{"simulate, two years, both exports", []string{"simulate", "--out", at("exports")}},
		{"ingest contacts.csv, a million rows", []string{"ingest", "--lake", at("lake"), "--zone", "America/New_York", "--format", "ringtide-contacts", at("exports/contacts.csv")}},
		{"ingest it again", []string{"ingest", "--lake", at("lake"), "--zone", "America/New_York", "--format", "ringtide-contacts", at("exports/contacts.csv")}},
		{"lake series, all queues", []string{"lake", "series", "--lake", at("lake"), "--zone", "America/New_York", "-o", at("series.csv")}},
		{"demo, everything from nothing", []string{"demo", at("demo")}},
		{"assess", []string{"assess", "water-mailing.yaml", "-C", at("demo"), "-o", at("one")}},
		{"assess again", []string{"assess", "water-mailing.yaml", "-C", at("demo"), "-o", at("two")}},
		{"report again from the document", []string{"report", at("one/assessment.json"), "-o", at("again.pdf")}},
	} {
		if err := measure(step.name, program, step.args...); err != nil {
			return err
		}
	}
	for _, pair := range [][2]string{
		{"one/assessment.json", "two/assessment.json"}, {"one/report.pdf", "two/report.pdf"}, {"one/report.pdf", "again.pdf"},
	} {
		same, err := equal(at(pair[0]), at(pair[1]))
		if err != nil {
			return err
		}
		fmt.Printf("%s and %s are the same bytes: %v\n", pair[0], pair[1], same)
	}
	return nil
}

func measure(name, program string, args ...string) error {
	cmd := exec.Command(program, args...)
	begun := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	wall := time.Since(begun)
	state := cmd.ProcessState
	peak := 0.0
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		peak = float64(usage.Maxrss) / 1024
	}
	fmt.Printf("%-52s %8.2f %8.2f %8.0f\n", name, wall.Seconds(), (state.UserTime() + state.SystemTime()).Seconds(), peak)
	return nil
}

func equal(a, b string) (bool, error) {
	x, err := os.ReadFile(a)
	if err != nil {
		return false, err
	}
	y, err := os.ReadFile(b)
	return bytes.Equal(x, y), err
}
