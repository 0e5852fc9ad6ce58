package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/report"
)

func newReport(e *env) *cobra.Command {
	var format, paper, out string
	cmd := &cobra.Command{
		Use:   "report ASSESSMENT.json",
		Short: "Render an assessment again: pdf, text or csv",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			size, err := report.ParsePaper(paper)
			if err != nil {
				return err
			}
			a, err := readAssessment(args[0])
			if err != nil {
				return err
			}
			render := map[string]func(io.Writer) error{
				"pdf":  func(w io.Writer) error { return report.PDF(w, a, report.Options{Paper: size}) },
				"text": func(w io.Writer) error { return report.Text(w, a) },
				"csv":  func(w io.Writer) error { return report.CSV(w, a) },
			}[format]
			if render == nil {
				return fmt.Errorf("report: --format: %q; write pdf, text or csv", format)
			}
			if format == "pdf" && out == "" {
				return errors.New("report: name the PDF to write with --out FILE, or --out - for standard output")
			}
			return e.output(out, render)
		},
	}
	cmd.Flags().StringVar(&format, "format", "pdf", "pdf, text or csv")
	cmd.Flags().StringVar(&paper, "paper", "letter", "paper of a PDF: letter or a4")
	cmd.Flags().StringVarP(&out, "out", "o", "", "file to write (default: standard output, but for PDF)")
	return cmd
}

// readAssessment reads a document of the schema this version writes; a field it
// does not know is an error.
func readAssessment(name string) (*impact.Assessment, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	var a impact.Assessment
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return nil, fmt.Errorf("report: %s: this is no assessment: %w", name, err)
	}
	if a.Schema != impact.Schema {
		return nil, fmt.Errorf("report: %s: schema %q; this version reads %q", name, a.Schema, impact.Schema)
	}
	return &a, nil
}
