// Command forecast checks the accuracy of package forecast on the shared protocol:
// it forecasts from every origin of every data set, writes one submission file per
// data set, has the protocol's own scorer score them, and prints the scores beside
// those of all peers, with what they come to.
//
//	go run ./bench/forecast -shared ../shared -out /tmp/scores
//	go run ./bench/forecast -shared ../shared -out /tmp/scores bank30 ibank60
//	go run ./bench/forecast -shared ../shared -intraday
//	go run ./bench/forecast -shared ../shared -anomalies
//	go run ./bench/forecast -queues 500
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/ringtide/ringtide/forecast"
)

func main() {
	shared := flag.String("shared", "../shared", "folder that holds bench/ and realdata/")
	out := flag.String("out", filepath.Join(os.TempDir(), "ringtide-forecast"), "folder for the submission files and the scores")
	all := flag.Bool("all", false, "print every peer, not only the best")
	paths := flag.Int("paths", 1000, "paths per forecast")
	hours := flag.Bool("intraday", false, "score the rest of the day after its first hours instead")
	flags := flag.Bool("anomalies", false, "score what is flagged on days as they were, and with injected causes, instead")
	queues := flag.Int("queues", 0, "time so many queues of two years of half hours instead")
	flag.Parse()
	var err error
	switch {
	case *queues > 0:
		err = manyQueues(os.Stdout, *queues)
	case *hours:
		err = printIntraday(os.Stdout, *shared)
	case *flags:
		err = printAnomalies(os.Stdout, *shared)
	default:
		err = run(os.Stdout, *shared, *out, flag.Args(), *paths, *all)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(w io.Writer, shared, out string, names []string, paths int, all bool) error {
	if len(names) == 0 {
		var err error
		if names, err = protocol(shared); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	files := []string{filepath.Join(shared, "bench", "score.py")}
	for _, name := range names {
		d, err := load(shared, name)
		if err != nil {
			return err
		}
		d.replay.Paths = paths
		file := filepath.Join(out, name+".ringtide.csv")
		sec, err := d.submit(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s: %d origins, %.3f s each\n", name, len(d.origins), sec)
		files = append(files, file)
	}
	scores := filepath.Join(out, "scores.csv")
	cmd := exec.Command("python3", append(files, "--csv", scores)...)
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("score.py: %w\n%s", err, text)
	}
	if err := compare(w, shared, scores, all); err != nil {
		return err
	}
	return printFloors(w, shared, scores)
}

// submit writes the forecasts of all origins and returns the mean seconds of one.
func (d *dataset) submit(file string) (float64, error) {
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if _, err := f.WriteString(forecast.SubmissionHeader); err != nil {
		return 0, err
	}
	total := 0.0
	for _, origin := range d.origins {
		start := time.Now()
		rows, _, err := d.counts.Forecast(context.Background(), origin, d.replay)
		if err != nil {
			return 0, err
		}
		sec := time.Since(start).Seconds()
		total += sec
		if err := forecast.WriteRows(f, d.name, d.counts.Name, origin, rows, sec); err != nil {
			return 0, err
		}
	}
	return total / float64(len(d.origins)), f.Close()
}
