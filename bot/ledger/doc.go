// Package ledger follows the objections of one channel over days: first raised,
// raised again, by whom and at what, and how their status changed and through
// which messages.
//
// An Entry is one objection. Merge finds the entries again in a new report and
// says what is news, Correct takes in what people say of an entry, and Remove,
// Edit and Forget take out what may not be kept. Standing, Owed and Since answer
// what people ask. All of these are functions over values: they read no clock,
// store nothing, and don't write to what they are given.
package ledger
