package store

import (
	"testing"
	"testing/synctest"
	"time"
)

// A transaction may last as long as its statements are answered; one that is not
// ends it.
func TestPatienceIsWithOneStatement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := onALine()
		defer ctx.cancel()
		for range 10 {
			ctx.begins()
			time.Sleep(patience - time.Second)
			synctest.Wait()
			if ctx.Err() != nil {
				t.Fatal("ended though each statement was answered")
			}
		}
		ctx.begins()
		time.Sleep(patience + time.Second)
		synctest.Wait()
		if ctx.Err() == nil {
			t.Error("goes on though a statement is not answered")
		}
	})
}
