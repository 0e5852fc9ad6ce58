package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/erlang/sim"
	"github.com/ringtide/ringtide/schedule"
	"github.com/ringtide/ringtide/schedule/service"
)

// What the contacts of the instance are like: its requirement, less some spare agents, is
// their load.
const (
	handle    = 480.0 // seconds
	hangUp    = 300.0
	loadShare = 0.8
	loopRuns  = 300 // of the simulation that checks the service
)

// closeLoop compares wages and service of the requirement by the interval with those of
// rosters that were played, and simulates each.
func closeLoop(seed uint64, week bool) error {
	fmt.Println("| instance | target | roster | wages, dollars | served in time | simulated | intervals below 80 % | cpu seconds |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- |")
	days := []int{1}
	if week {
		days = append(days, 7)
	}
	for _, n := range days {
		in, err := newInstance(n, seed, 0)
		if err != nil {
			return err
		}
		if err := closeOne(in, n, []service.Target{
			{Scope: service.PerInterval}, {Scope: service.PerDay, Each: 0.5}, {Scope: service.PerWeek, Each: 0.5},
		}[:2+n/7]); err != nil {
			return err
		}
	}
	return nil
}

func closeOne(in instance, days int, targets []service.Target) error {
	d := demandOf(in)
	for i, t := range targets {
		t.Formula, t.Share, t.Within = erlang.SLOffered, 0.8, 20
		opt := service.Options{OnPosition: 1}
		opt.Seed, opt.Work, opt.Rounds, opt.Repeats = in.opt.Seed, 9000*days, 8, true
		before := cpuSeconds()
		r, err := service.Close(context.Background(), d, t, in.patterns, in.tours, opt)
		if err != nil {
			return err
		}
		spent := cpuSeconds() - before
		name := fmt.Sprintf("%d days", days)
		if i == 0 {
			if err := loopRow(name, "", "stationary requirement", d, r.Stationary.Roster, r.Stationary.Wages, r.Stationary.Service, 0); err != nil {
				return err
			}
		}
		if err := loopRow(name, "per "+string(t.Scope), "played", d, r.Roster, r.Wages, r.Service, spent); err != nil {
			return err
		}
	}
	return nil
}

func demandOf(in instance) service.Demand {
	g := in.need.Grid
	d := service.Demand{Grid: g, AHT: slices.Repeat([]float64{handle}, g.Len()), Patience: hangUp}
	for _, a := range in.need.Agents {
		d.Offered = append(d.Offered, loadShare*a*g.Step().Seconds()/handle)
	}
	return d
}

func loopRow(name, target, roster string, d service.Demand, r schedule.Roster, wages int64, s service.Service, spent float64) error {
	below := 0
	for _, l := range s.Intervals {
		if l.Level < 0.8-1e-7 {
			below++
		}
	}
	played, err := simulate(d, r)
	if err != nil {
		return err
	}
	fmt.Printf("| %s | %s | %s | %.0f | %.2f %% | %.2f ± %.2f %% | %d of %d | %.0f |\n", name, target, roster, float64(wages)/100,
		100*s.All.Level, 100*played.Mean, 100*played.HalfWidth, below, len(s.Intervals), spent)
	return nil
}

// simulate plays the roster call by call, minute by minute.
func simulate(d service.Demand, r schedule.Roster) (sim.Estimate, error) {
	minutes := d.Grid.Len() * int(d.Grid.Step()/time.Minute)
	c := sim.Config{Step: 60, Intervals: minutes, ShiftEnd: erlang.Exhaustive, Runs: loopRuns, Seed: 3,
		Queues: []sim.Queue{{Name: "q", Handle: sim.Exponential(handle), Patience: sim.Exponential(hangUp), Target: 20}},
		Groups: []sim.Group{{Name: "g", Agents: make([]int, minutes), Skills: []sim.Skill{{Queue: "q"}}}}}
	for m := range minutes {
		at := d.Grid.Start().Add(time.Duration(m) * time.Minute)
		i, _ := d.Grid.Index(at)
		c.Queues[0].Calls = append(c.Queues[0].Calls, d.Offered[i]/d.Grid.Step().Minutes())
	}
	for _, s := range r {
		for at := s.Start; at.Before(s.End); at = at.Add(time.Minute) {
			resting := slices.ContainsFunc(s.Breaks, func(b schedule.Rest) bool { return !at.Before(b.Start) && at.Before(b.End) })
			if m := int(at.Sub(d.Grid.Start())/time.Minute) % minutes; !resting { // the grid repeats
				c.Groups[0].Agents[m]++
			}
		}
	}
	result, err := sim.Run(context.Background(), c)
	if err != nil {
		return sim.Estimate{}, err
	}
	return result.Day(0).SLOffered, nil
}
