//go:build !amd64

package ingest

func markSeparators(text []byte, out []uint64, comma byte) { markSeparatorsPlain(text, out, comma) }

func markJSON(text []byte, out []uint64) { markJSONPlain(text, out) }
