package ingest

import (
	"io"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// nyc311 is the form in which New York City publishes the inquiries of its 311 line (open
// data set tdd6-3ysr). A row is an inquiry, not a call, and only those an agent handled are
// there.
var nyc311 = format{
	name:  "nyc-311-inquiry",
	title: "NYC 311 call center inquiries (open data)",
	tells: "arrival to the second, topic and agency as the reason, whether the caller was passed on",
	lacks: "wait, talk, queue; callers who hung up or were served by the recording; which inquiries are one call",

	source: "nyc-311", version: 1,
	detect: func(h *head) bool {
		return h.names("UNIQUE_ID", "DATE", "TIME", "AGENCY", "INQUIRY_NAME", "CALL_RESOLUTION")
	},
	read: readNYC311,
}

func readNYC311(l *load, f *file, r io.Reader) error {
	comma, body := separator(r, "UNIQUE_ID", "DATE", "TIME")
	t, err := l.sheet(f, body, comma, []string{"UNIQUE_ID", "DATE", "TIME", "AGENCY", "INQUIRY_NAME", "CALL_RESOLUTION"}, nil)
	if err != nil {
		return err
	}
	k := l.clock(f)
	return l.eachRow(f, t, func() (*reject, error) {
		id := string(t.get("UNIQUE_ID"))
		if id == "" {
			return &reject{reasonKey, "UNIQUE_ID"}, nil
		}
		s, err := parseSpan(t.get("DATE"), t.get("TIME"))
		if err != nil || s.days > 0 {
			return &reject{reasonTime, "TIME"}, nil
		}
		at := k.read(s.reading)
		c := lake.NewContact("", id)
		c.Arrival, c.Quality, c.Flags = at.at, at.how, at.flags
		if c.Quality == lake.Minute {
			c.Quality = lake.Second
		}
		if t.ill {
			c.Flags |= lake.FlagEncoding
		}
		c.Outcome, c.Queue, c.QueueNative = lake.OutcomeHandled, f.source, ""
		c.Reason = strings.Trim(string(t.get("AGENCY"))+": "+string(t.get("INQUIRY_NAME")), ": ")
		if strings.Contains(strings.ToLower(string(t.get("CALL_RESOLUTION"))), "transfer") {
			c.Transfer = lake.BlindTransfer
		}
		return l.contact(f, t.line, k, &c)
	})
}
