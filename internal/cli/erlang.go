package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/erlang"
)

func newErlang(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "erlang",
		Short: "Queueing formulas: staff, table, eval, day, patience",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("erlang: name what to do: staff, table, eval, day or patience")
		},
	}
	cmd.AddCommand(newErlangStaff(e), newErlangTable(e), newErlangEval(e))
	cmd.AddCommand(newErlangDay(e), newErlangPatience(e))
	return cmd
}

func newErlangEval(e *env) *cobra.Command {
	var model string
	cmd := &cobra.Command{
		Use:   "eval --model b|c|a|k|x",
		Short: "Evaluate a model for every row of a CSV on standard input",
		Long: `eval reads CSV with the input columns of the model on standard input and writes the
same rows with the results appended, in full double precision. A faulty row is an
error that names line and column, and nothing is written.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return erlang.EvalCSV(cmd.Context(), model, e.in, e.out)
		},
	}
	cmd.Flags().StringVar(&model, "model", "", "b (loss), c (waiting), a (waiting with abandonment), k (finite lines), x (finite lines with redials)")
	return cmd
}
