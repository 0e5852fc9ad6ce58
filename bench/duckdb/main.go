// Command duckdb runs SQL statements with DuckDB and prints what they return as CSV.
// It is the other engine of the benchmarks and the independent reader of the lake, and
// a module of its own so that the project needs neither cgo nor DuckDB.
//
//	go build -C bench/duckdb -o /tmp/duckdb . && /tmp/duckdb -c "SELECT 42"
package main

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	_ "github.com/duckdb/duckdb-go/v2"
)

func main() {
	text := flag.String("c", "", "SQL `statements` to run")
	flag.Bool("csv", true, "print CSV, as DuckDB's own command line does with this flag")
	flag.Parse()
	if err := run(context.Background(), *text, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "duckdb:", err)
		os.Exit(1)
	}
}

// run executes the statements and writes the rows of the last one.
func run(ctx context.Context, text string, w io.Writer) error {
	if text == "" {
		return errors.New("no statements; name them with -c")
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	return print(w, rows)
}

func print(w io.Writer, rows *sql.Rows) error {
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into, record := make([]any, len(columns)), make([]any, len(columns)), make([]string, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			record[i] = ""
			if v != nil {
				record[i] = fmt.Sprint(v)
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return errors.Join(rows.Err(), out.Error())
}
