// Package bench measures the server and what a desktop does with it as a
// whole, over real sockets and real files, against what the machine can do at
// best: each figure is a ratio within one run. It holds tests only.
package bench
