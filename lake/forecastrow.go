package lake

import (
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// A ForecastRow is the forecast of one queue and interval, day or month in a table for other
// programs.
type ForecastRow struct {
	Queue     string  `parquet:"queue,dict" json:"queue"`
	Timestamp string  `parquet:"timestamp" json:"timestamp"` // local, with its offset; a bare date or month for sums
	Mean      float64 `parquet:"mean" json:"mean"`
	Q05       float64 `parquet:"q05" json:"q05"`
	Q25       float64 `parquet:"q25" json:"q25"`
	Q50       float64 `parquet:"q50" json:"q50"`
	Q75       float64 `parquet:"q75" json:"q75"`
	Q95       float64 `parquet:"q95" json:"q95"`
}

// WriteForecastParquet writes rows as a Parquet file.
func WriteForecastParquet(to io.Writer, rows []ForecastRow) error {
	w := parquet.NewGenericWriter[ForecastRow](to, parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}), parquet.CreatedBy("ringtide", "2", ""))
	if _, err := w.Write(rows); err != nil {
		return err
	}
	return w.Close()
}
