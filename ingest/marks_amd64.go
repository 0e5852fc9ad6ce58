package ingest

// markSeparators and markJSON are markSeparatorsPlain and markJSONPlain; text is 64 bytes for each of out.

//go:noescape
func markSeparators(text []byte, out []uint64, comma byte)

//go:noescape
func markJSON(text []byte, out []uint64)
