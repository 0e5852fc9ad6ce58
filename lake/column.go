package lake

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

// The readers of this file take whole pages: dictionary indexes and integers come as
// slices, nothing is boxed. Counting a million contacts takes tens of milliseconds
// this way and seconds through a row reader.

type parquetFile = parquet.File

// A wordColumn is a text column: a word number per row, and the words.
type wordColumn struct {
	index []int32
	words []string
}

// eachPage calls f with every page of a column of file, over all row groups.
func eachPage(file *parquetFile, column string, f func(p parquet.Page) error) error {
	at, ok := columnOf[column]
	if !ok {
		return fmt.Errorf("lake: internal: no column %q", column)
	}
	for _, rg := range file.RowGroups() {
		if err := eachPageOf(rg.ColumnChunks()[at], f); err != nil {
			return fmt.Errorf("column %s: %w", column, err)
		}
	}
	return nil
}

func eachPageOf(chunk parquet.ColumnChunk, f func(p parquet.Page) error) error {
	pages := chunk.Pages()
	defer pages.Close()
	for {
		p, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		err = f(p)
		parquet.Release(p)
		if err != nil {
			return err
		}
	}
}

// spread appends the values of a page to dst, null where the page has no value.
func spread[T any](dst, values []T, levels []byte, null T) ([]T, error) {
	if len(levels) == 0 {
		return append(dst, values...), nil
	}
	k := 0
	for _, l := range levels {
		if l == 0 {
			dst = append(dst, null)
			continue
		}
		if k == len(values) {
			return nil, errors.New("fewer values than the page announces")
		}
		dst = append(dst, values[k])
		k++
	}
	return dst, nil
}

func readInt64(file *parquetFile, column string) ([]int64, error) {
	out := make([]int64, 0, file.NumRows())
	err := eachPage(file, column, func(p parquet.Page) (err error) {
		data := p.Data()
		out, err = spread(out, data.Int64(), p.DefinitionLevels(), 0)
		return err
	})
	return out, err
}

// readInt32 gives -1 for null.
func readInt32(file *parquetFile, column string) ([]int32, error) {
	out := make([]int32, 0, file.NumRows())
	err := eachPage(file, column, func(p parquet.Page) (err error) {
		data := p.Data()
		out, err = spread(out, data.Int32(), p.DefinitionLevels(), -1)
		return err
	})
	return out, err
}

// readWords reads a dictionary column; null is the empty word.
func readWords(file *parquetFile, column string) (wordColumn, error) {
	col := wordColumn{index: make([]int32, 0, file.NumRows())}
	number := map[string]int32{}
	add := func(s string) int32 {
		if n, ok := number[s]; ok {
			return n
		}
		n := int32(len(col.words))
		number[s], col.words = n, append(col.words, s)
		return n
	}
	err := eachPage(file, column, func(p parquet.Page) error {
		d := p.Dictionary()
		if d == nil {
			return errors.New("not dictionary encoded; the file was not written by this program")
		}
		into := make([]int32, d.Len()) // row groups have dictionaries of their own
		for i := range into {
			into[i] = add(d.Index(int32(i)).String())
		}
		data, levels := p.Data(), p.DefinitionLevels()
		from, null := len(col.index), int32(-1)
		var err error
		if col.index, err = spread(col.index, data.Int32(), levels, null); err != nil {
			return err
		}
		for i, n := range col.index[from:] {
			switch {
			case n < 0:
				col.index[from+i] = add("")
			case int(n) >= len(into):
				return errors.New("dictionary index out of range")
			default:
				col.index[from+i] = into[n]
			}
		}
		return nil
	})
	return col, err
}

// at returns the word of row i.
func (w *wordColumn) at(i int) string { return w.words[w.index[i]] }

func readTexts(file *parquetFile, column string) ([]string, error) {
	out := make([]string, 0, file.NumRows())
	err := eachPage(file, column, func(p parquet.Page) error {
		values := p.Data()
		data, offsets := values.ByteArray()
		all := string(data)
		for i := 1; i < len(offsets); i++ {
			out = append(out, all[offsets[i-1]:offsets[i]])
		}
		return nil
	})
	return out, err
}

// readKeys reads an optional column of 16-byte keys, dictionary encoded or not.
func readKeys(file *parquetFile, column string) ([]Key, error) {
	out := make([]Key, 0, file.NumRows())
	err := eachPage(file, column, func(p parquet.Page) (err error) {
		values := p.Data()
		var keys []Key
		if d := p.Dictionary(); d != nil {
			for _, n := range values.Int32() {
				keys = append(keys, Key(d.Index(n).ByteArray()))
			}
		} else {
			data, size := values.FixedLenByteArray()
			for ; size == len(Key{}) && len(data) >= size; data = data[size:] {
				keys = append(keys, Key(data))
			}
		}
		out, err = spread(out, keys, p.DefinitionLevels(), Key{})
		return err
	})
	return out, err
}
