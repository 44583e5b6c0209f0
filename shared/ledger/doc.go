// Package ledger holds the rules of money: what a day costs and why, and a
// double-entry ledger of integer cents in which every transaction sums to
// zero and nothing is ever changed. It is pure.
package ledger
