package cli

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// What assess writes follows the schema that schema prints, checked by a validator
// that knows nothing of the Go types; a field that is not in the schema is a fault.
func TestPacketFollowsSchema(t *testing.T) {
	var text bytes.Buffer
	if err := writeJSON(&text, assessmentSchema()); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&text)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("assessment.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("assessment.json")
	if err != nil {
		t.Fatal(err)
	}
	a, err := assess(t.Context(), smallCenter(t), "letter.yaml", assessOptions{paths: 100, seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	packet, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(packet))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(instance); err != nil {
		t.Error(err)
	}
	top := instance.(map[string]any)
	top["surprise"] = 1
	if schema.Validate(instance) == nil {
		t.Error("a field that is not in the schema passes")
	}
	delete(top, "surprise")
	delete(top, "verdict")
	if schema.Validate(instance) == nil {
		t.Error("a document without a verdict passes")
	}
}

// smallCenter returns the directory of the small center with its lake.
func smallCenter(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "small")
	if err := buildSmall(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}
