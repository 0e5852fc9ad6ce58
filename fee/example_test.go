package fee_test

import (
	"context"
	"fmt"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/interval"
)

func ExamplePrice() {
	schedule := fee.Schedule{Tariffs: []fee.Tariff{
		{ID: "setup", Name: "Set-up", Basis: fee.SetUp, Price: 25000, From: interval.MustDate("2026-01-01")},
		{ID: "calls", Name: "Calls answered", Basis: fee.PerCall, Price: 196, From: interval.MustDate("2026-01-01"), Terms: fee.Terms{Cap: 150000}},
	}}
	quote, err := fee.Price(context.Background(), schedule, fee.Usage{
		First: interval.MustDate("2026-05-04"), Last: interval.MustDate("2026-05-15"), Kind: "mailing",
		Calls:   []float64{410, 520, 600, 890}, // four simulated futures
		Minutes: []float64{1640, 2080, 2400, 3560},
		Hours:   []float64{32, 40, 46, 70},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range quote.Lines {
		fmt.Println(line)
	}
	fmt.Println("expected", quote.Total.Expected, "and with 90% probability not above", quote.Total.P90)
	fmt.Println(quote.Warnings[0].Text)
	// Output:
	// Set-up: 1.0 × $250.00 per request = $250.00
	// Calls answered: 605.0 × $1.96 per call = $1,185.80
	// Calls answered, cap: -$61.10
	// expected $1,374.70 and with 90% probability not above $1,750.00
	// Calls answered: the cap of $1,500.00 is reached on 25% of paths
}

func ExampleSplit() {
	fmt.Println(fee.Split(10000, []float64{1, 1, 1}))
	// Output: [$33.34 $33.33 $33.33]
}
