// Package store keeps what the bot must not forget: the watched channels with their messages and
// ledgers, the requests behind buttons, where reports stand, when digests are due and how far each
// posting of one has come, and what people and servers decided about what is kept. It
// implements bot.Storage on SQLite. For an adapter it also keeps what its platform delivered
// until that is worked off.
//
// # What deletion means here
//
// What was written in a message (its text, its link, the names of its files) is overwritten in the file
// before RemoveMessages, RemovePlace, RemoveServer, Unwatch, Exclude, RemovePerson or Prune returns, and what a
// platform delivered before Settle or Prune does. So is all of a ledger, before PutLedger that replaces
// it or whatever removes its channel returns, and what somebody said they meant instead, before what replaces
// or removes that does. Then the write-ahead log, in which it would
// live on, is emptied into the database and cut to length zero. content.go and writings.go say how, since
// SQLite's secure_delete does not suffice. Four things are not promised. Display names, ids and
// kept requests are left to secure_delete, so that a copy may stay in the unused part of a page.
// While another process reads the file, its log can't be cut; that is tried again with the next
// write and at Close. The text from before an edit is overwritten with the edit, and a payload
// from before it was amended likewise, but either stays in the log until it is cut next, which
// Prune does at the latest. And what a file system or a
// disk keeps of blocks that were overwritten or freed is beyond a program's
// reach: keep the file on an encrypted disk where that matters.
//
// The room of messages that were removed is used again once Prune has removed what came
// before them, that of ledgers at once. The file does not shrink.
//
// A removed message leaves its id behind for two days, so that an event that
// arrives late, or a page of history that was read before the deletion, does not bring
// it back. Neither arrives that late on any platform. What an exclusion covers leaves no ids
// behind: the exclusion itself keeps it away.
package store
