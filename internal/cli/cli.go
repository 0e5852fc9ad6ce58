// Package cli is the command line: one file per verb, flags to structs, files to
// readers, progress and messages. It computes nothing. Exit codes: 0 done, 1 failed
// at run time, 2 wrong input or use.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// env is the world a command runs in.
type env struct {
	in       io.Reader
	out, err io.Writer
	terminal bool   // err is a terminal: draw progress there
	center   string // -C
	drivers  string // --drivers, of the commands that have it
}

// Main runs the program on the arguments of the process and returns its exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	info, err := os.Stderr.Stat()
	e := &env{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
	return run(ctx, e, os.Args[1:])
}

func run(ctx context.Context, e *env, args []string) int {
	root := newRoot(e)
	root.SetArgs(args)
	root.SetIn(e.in)
	root.SetOut(e.out)
	root.SetErr(e.err)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(e.err, "ringtide:", err)
		return exitCode(err)
	}
	return 0
}

// exitCode tells failures of the machine, which may go away, from wrong input and
// use, which a person has to put right.
func exitCode(err error) int {
	var errno syscall.Errno
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return 1
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrExist), errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENOTDIR):
		return 2
	case errors.As(err, &errno), errors.Is(err, io.ErrShortWrite):
		return 1
	}
	return 2
}

func newRoot(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:   "ringtide",
		Short: "What a request will do to a contact center's phones, before anyone approves it",
		Long: `ringtide loads call records, forecasts calls, adds what a department's request
will bring, staffs it, prices it, and writes a decision packet: assessment.json
and report.pdf. Start with: ringtide demo`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVarP(&e.center, "center", "C", ".", "directory of the center")
	root.AddCommand(
		newDemo(e), newInit(e), newIngest(e), newLake(e), newForecast(e), newBacktest(e), newUplift(e),
		newErlang(e), newStaff(e), newSchedule(e), newAssign(e), newChart(e), newAssess(e), newReport(e), newExplain(e), newDiff(e), newLedger(e), newFee(e), newSimulate(e), newSchema(e), newVersion(e),
	)
	return root
}
