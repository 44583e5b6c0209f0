// Package find looks for things by what people type: in both languages at
// once, without caring about accents, with a slip of the finger, half typed.
// It is pure and in memory: it knows no window, no view and no clock.
//
// What can be found stands in parts, one for each kind of thing, so that a
// change of one kind makes only its part anew. A search asks for every word of
// the query; slips are forgiven only where hardly anything is found without, so
// that a word that was typed right never brings its neighbours.
//
// Libraries of this kind (sahilm/fuzzy, lithammer/fuzzysearch) match letters
// in their order, as names of files are typed: they know neither words nor
// slips. bleve knows both, and brings a store and thirty modules.
package find
