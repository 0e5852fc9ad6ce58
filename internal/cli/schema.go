package cli

import (
	"io"
	"reflect"

	"github.com/invopop/jsonschema"
	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

func newSchema(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON schema of assessment.json",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return e.output("", func(w io.Writer) error { return writeJSON(w, assessmentSchema()) })
		},
	}
}

// assessmentSchema describes impact.Assessment: JSON Schema, draft 2020-12.
func assessmentSchema() *jsonschema.Schema {
	r := jsonschema.Reflector{Anonymous: true}
	r.Mapper = mapTypes
	s := r.Reflect(&impact.Assessment{})
	s.ID = jsonschema.ID("https://github.com/ringtide/ringtide/schema/assessment-1.json")
	s.Title = impact.Schema
	return s
}

// mapTypes describes the types that write themselves as text.
func mapTypes(t reflect.Type) *jsonschema.Schema {
	if t == reflect.TypeFor[interval.Date]() {
		return &jsonschema.Schema{Type: "string", Format: "date"}
	}
	return nil
}
