package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// faults of a line, each made of toxics; what a round of it does to those who
// send stands beside it.
var faults = []struct {
	name   string
	toxics []string
}{
	{"cut", nil}, // only what happens at the end of each round: the line is gone, in mid-sentence
	{"slow", []string{
		`{"name":"late","type":"latency","stream":"downstream","attributes":{"latency":120,"jitter":80}}`,
		`{"name":"thin","type":"bandwidth","stream":"upstream","attributes":{"rate":8}}`,
	}},
	{"half-open, answers lost", []string{`{"name":"deaf","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`}},
	{"half-open, requests lost", []string{`{"name":"mute","type":"timeout","stream":"upstream","attributes":{"timeout":0}}`}},
	{"reset", []string{`{"name":"reset","type":"reset_peer","stream":"downstream","attributes":{"timeout":40}}`}},
	{"dripping", []string{`{"name":"drip","type":"slicer","stream":"downstream","attributes":{"average_size":20,"size_variation":10,"delay":300}}`}},
	{"cut in the answer", []string{`{"name":"short","type":"limit_data","stream":"downstream","attributes":{"bytes":250}}`}},
}

// A line that is cut, slow, half-open or dripping between real programs loses
// no command and applies none twice.
func TestSoakALineThatFailsInEveryWay(t *testing.T) { hosttest.Soak(t, failingLine) }

func failingLine(t *testing.T, random *rand.Rand, seed uint64) {
	town := newTownOf(t, storetest.SQLite(t), 4)
	p := newProcess(t, town.dsn)
	p.start()
	p.ready()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	var address atomic.Value
	address.Store(p.url())
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	w := town.write(ctx, seed, func() string { return address.Load().(string) })
	for _, one := range w.all {
		one.patience(400 * time.Millisecond)
	}
	begin := random.IntN(len(faults))
	for round := 0; round < 20 && !t.Failed(); round++ {
		fault := faults[(begin+round)%len(faults)]
		failedBefore := w.failed()
		line := toxiproxy.NewProxy(server, fmt.Sprint("line", round), "127.0.0.1:0", strings.TrimPrefix(p.url(), "http://"))
		if err := line.Start(); err != nil {
			t.Fatal(err)
		}
		for _, toxic := range fault.toxics {
			if _, err := line.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
				t.Fatal(err)
			}
		}
		address.Store("http://" + line.Listen)
		time.Sleep(500*time.Millisecond + within(random, 500*time.Millisecond)) // the fault's own length
		line.Stop()                                                             // and now it is gone altogether
		if !eventually(5*time.Second, func() bool { return w.failed() > failedBefore }) {
			t.Errorf("round %d, %s: nothing was felt of it", round, fault.name)
		}
	}
	address.Store(p.url())
	stop()
	w.wait()
	t.Logf("%d commands acknowledged, %d sendings failed, %d came twice", w.acknowledged(), w.failed(), w.repeated())
	if w.acknowledged() < 40 {
		t.Errorf("only %d commands came through", w.acknowledged())
	}
	p.stop()
	p.doctor()
	town.check(w)
}

func within(random *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(d)))
}

func onPostgres(t *testing.T) bool {
	t.Helper()
	if os.Getenv(storetest.Variable) == "" {
		t.Logf("%s is not set: not run on PostgreSQL", storetest.Variable)
		return false
	}
	return true
}
