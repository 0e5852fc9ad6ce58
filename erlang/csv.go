package erlang

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// A sheet says which columns a model reads and writes, and how.
type sheet struct {
	inputs, outputs []string
	eval            func(in, out []float64) error
	arguments       map[string]string // the column behind the name in an ArgumentError
}

var columnOf = map[string]string{
	"agents": "agents", "load": "offered_load_erl", "AHT": "aht_s", "patience": "patience_s",
	"target": "target_s", "Agents": "agents", "Capacity": "capacity", "redial": "redial_prob",
}

var columnsK = []string{"p_block", "p_wait_offered", "p_wait_accepted", "p_abandon_offered",
	"p_abandon_accepted", "sl_offered", "sl_accepted", "sl_answered", "asa_answered_s",
	"wait_accepted_s", "queue_len", "occupancy", "carried_erl"}

var sheets = map[string]sheet{
	"b": {[]string{"servers", "offered_load_erl"}, []string{"blocking"}, rowB,
		map[string]string{"agents": "servers", "load": "offered_load_erl"}},
	"c": {[]string{"agents", "offered_load_erl", "aht_s", "target_s"},
		[]string{"p_wait", "p_wait_gt_T", "sl", "asa_s", "asa_delayed_s", "occupancy", "queue_len", "wait_p90_s"},
		rowC, columnOf},
	"a": {[]string{"agents", "offered_load_erl", "aht_s", "patience_s", "target_s"},
		[]string{"p_wait", "p_abandon", "p_wait_gt_T", "p_virtual_gt_T", "sl_offered", "sl_answered",
			"sl_incl_abandons", "sl_excl_short_abandons", "sl_virtual", "p_abandon_within_T", "asa_answered_s",
			"wait_all_s", "wait_abandoned_s", "wait_virtual_s", "queue_len", "occupancy"},
		rowA, columnOf},
	"k": {[]string{"agents", "capacity", "offered_load_erl", "aht_s", "patience_s", "target_s"}, columnsK, rowK, columnOf},
	"x": {[]string{"agents", "capacity", "fresh_load_erl", "aht_s", "patience_s", "target_s", "redial_prob"},
		append([]string{"total_load_erl"}, columnsK...), rowX, withColumn(columnOf, "load", "fresh_load_erl")},
}

func withColumn(m map[string]string, name, column string) map[string]string {
	r := map[string]string{name: column}
	for k, v := range m {
		if k != name {
			r[k] = v
		}
	}
	return r
}

// Models returns the names EvalCSV knows, in order.
func Models() []string { return []string{"a", "b", "c", "k", "x"} }

// EvalCSV reads rows of arguments from r and writes the same rows to w with the measures
// of the model appended, in the shortest decimals that read back as the same numbers.
//
//	model  reads                                                            computes
//	b      servers, offered_load_erl                                        [B]
//	c      agents, offered_load_erl, aht_s, target_s                        [EvalC]
//	a      agents, offered_load_erl, aht_s, patience_s, target_s            [EvalA]
//	k      agents, capacity, offered_load_erl, aht_s, patience_s, target_s  [EvalK]
//	x      as k, fresh_load_erl for offered_load_erl, and redial_prob       [EvalX]
//
// Columns are found by name in the header line, in any order. Others, such as a queue's name,
// are carried along; one that has the name of a measure is an error. Infinity is "Inf".
//
// Nothing is written unless every row is good: a number that cannot be read or lies outside
// its domain is an error that names line and column. Input and output are held in memory,
// about 250 bytes a row. EvalCSV stops with ctx's error when ctx is done. It takes a
// microsecond or two a row and processor, half of it to print the measures.
func EvalCSV(ctx context.Context, model string, r io.Reader, w io.Writer) error {
	s, ok := sheets[model]
	if !ok {
		return fmt.Errorf("erlang: unknown model %q: use one of %s", model, strings.Join(Models(), ", "))
	}
	in, err := newRecords(r)
	if err != nil {
		return fmt.Errorf("erlang: %w", err)
	}
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("erlang: line 1: no header: model %s needs the columns %s", model, strings.Join(s.inputs, ", "))
	}
	if err != nil {
		return fmt.Errorf("erlang: %w", err)
	}
	at, err := s.locate(header)
	if err != nil {
		return err
	}
	var first bytes.Buffer
	appendRecord(&first, header)
	for _, name := range s.outputs {
		first.WriteByte(',')
		first.WriteString(name)
	}
	first.WriteByte('\n')
	rest, err := s.parts(ctx, in, at, len(header))
	if err != nil {
		return err
	}
	for _, out := range append([]bytes.Buffer{first}, rest...) {
		if _, err := w.Write(out.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// parts evaluates the rows after the header, in parts at once where they can be told apart.
func (s *sheet) parts(ctx context.Context, in records, at []int, width int) ([]bytes.Buffer, error) {
	parts := []records{in}
	if plain, ok := in.(*plainRecords); ok {
		parts = plain.split()
	}
	outs, errs := make([]bytes.Buffer, len(parts)), make([]error, len(parts))
	var next atomic.Int64
	var failed atomic.Bool
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(parts)) {
		workers.Go(func() {
			// Parts are taken in order, so the first of all errors is in one that was taken.
			for i := next.Add(1) - 1; i < int64(len(parts)) && !failed.Load(); i = next.Add(1) - 1 {
				if errs[i] = s.rows(ctx, parts[i], at, width, &outs[i]); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return outs, nil
}

// locate returns the positions of the input columns in the header.
func (s *sheet) locate(header []string) ([]int, error) {
	var errs []error
	for i, name := range header {
		if slices.Contains(header[:i], name) {
			errs = append(errs, fmt.Errorf("erlang: line 1: column %q appears twice", name))
		}
		if slices.Contains(s.outputs, name) {
			errs = append(errs, fmt.Errorf("erlang: line 1: column %q is one this model computes: remove it from the input", name))
		}
	}
	at := make([]int, len(s.inputs))
	for i, name := range s.inputs {
		if at[i] = slices.Index(header, name); at[i] < 0 {
			errs = append(errs, fmt.Errorf("erlang: line 1: no column %q", name))
		}
	}
	return at, errors.Join(errs...)
}

// rows evaluates every row of in.
func (s *sheet) rows(ctx context.Context, in records, at []int, width int, out *bytes.Buffer) error {
	args, measures := make([]float64, len(s.inputs)), make([]float64, len(s.outputs))
	for row := 0; ; row++ {
		if row%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if errors.Is(err, csv.ErrFieldCount) {
			line, _ := in.FieldPos(0)
			return fmt.Errorf("erlang: line %d: %d cells, but the header has %d columns", line, len(record), width)
		}
		if err != nil {
			return fmt.Errorf("erlang: %w", err)
		}
		for i, column := range at {
			if args[i], err = strconv.ParseFloat(record[column], 64); err != nil {
				line, _ := in.FieldPos(column)
				return fmt.Errorf("erlang: line %d, column %s: %q is not a number in range", line, s.inputs[i], record[column])
			}
		}
		if err := s.eval(args, measures); err != nil {
			return s.place(in, at, err)
		}
		appendRecord(out, record)
		for _, v := range measures {
			out.WriteByte(',')
			appendNumber(out, v)
		}
		out.WriteByte('\n')
	}
}

// place says in which line and column the arguments of a row are wrong.
func (s *sheet) place(in records, at []int, err error) error {
	line, _ := in.FieldPos(0)
	bad, ok := errors.AsType[*ArgumentError](err)
	if !ok {
		return fmt.Errorf("erlang: line %d: %w", line, err)
	}
	column := s.arguments[bad.Name]
	if i := slices.Index(s.inputs, column); i >= 0 {
		line, _ = in.FieldPos(at[i])
	}
	return fmt.Errorf("erlang: line %d, column %s: %w", line, column, bad)
}

// appendRecord writes a row as encoding/csv would, without a line end.
func appendRecord(out *bytes.Buffer, record []string) {
	for i, field := range record {
		if i > 0 {
			out.WriteByte(',')
		}
		if strings.ContainsAny(field, ",\"\r\n") || field != "" && (field[0] == ' ' || field[0] == '\t') || len(record) == 1 && field == "" {
			out.WriteByte('"')
			out.WriteString(strings.ReplaceAll(field, `"`, `""`))
			out.WriteByte('"')
			continue
		}
		out.WriteString(field)
	}
}

func appendNumber(out *bytes.Buffer, v float64) {
	if math.IsInf(v, 1) {
		out.WriteString("Inf")
		return
	}
	out.Write(strconv.AppendFloat(out.AvailableBuffer(), v, 'g', -1, 64))
}

func rowB(in, out []float64) (err error) {
	out[0], err = B(in[0], in[1])
	return err
}

func rowC(in, out []float64) error {
	m, err := EvalC(in[0], Line{Load: in[1], AHT: in[2], Target: in[3]})
	copy(out, []float64{m.PWait, m.PWaitOverT, m.SL, m.ASA, m.ASADelayed, m.Occupancy, m.QueueLen, m.WaitP90})
	return err
}

func rowA(in, out []float64) error {
	m, err := EvalA(in[0], Line{Load: in[1], AHT: in[2], Patience: in[3], Target: in[4]})
	values := m.values()
	copy(out, values[:])
	return err
}

// linesOf reads the columns k and x have in common.
func linesOf(in []float64) (Lines, error) {
	for i, name := range []string{"Agents", "Capacity"} {
		if v := in[i]; !(v >= 0 && v <= 1e15) || v != math.Trunc(v) {
			return Lines{}, &ArgumentError{name, v, "a whole number of 0 or more"}
		}
	}
	return Lines{Line{in[2], in[3], in[4], in[5]}, int(in[0]), int(in[1])}, nil
}

func rowK(in, out []float64) error {
	l, err := linesOf(in)
	if err != nil {
		return err
	}
	m, err := EvalK(l)
	m.columns(out)
	return err
}

func rowX(in, out []float64) error {
	l, err := linesOf(in)
	if err != nil {
		return err
	}
	m, err := EvalX(l, in[6])
	out[0] = m.TotalLoad
	m.columns(out[1:])
	return err
}

func (m *MeasuresK) columns(out []float64) {
	copy(out, []float64{m.PBlock, m.PWaitOffered, m.PWaitAccepted, m.PAbandonOffered, m.PAbandonAccepted,
		m.SLOffered, m.SLAccepted, m.SLAnswered, m.ASAAnswered, m.WaitAccepted, m.QueueLen, m.Occupancy, m.CarriedLoad})
}
