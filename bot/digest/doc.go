// Package digest says when a digest is due, and has it posted exactly once.
//
// A Schedule is what somebody asked for ("weekdays 8:30", "every 6h", a cron expression)
// in their time zone, read by ParseSchedule. It is pure arithmetic: nothing in it looks at
// the machine's clock or its time zone, so that every moment, past or coming, can be asked about.
// A Runner takes what is due from a Storage and has a Poster post it; run.go says what each of them owes the other.
//
// # Days on which the clock is set
//
// A time is due at the first moment when a clock on the wall there shows it, or shows a later
// time. Three things follow:
//
//   - A time that the clock jumps over in spring is due at the moment after the jump (02:30 is
//     due at 03:00). It is left out where the schedule's next time follows less than an hour after that.
//   - A time that the clock shows twice in autumn is due the first time only.
//   - "every 6h" stands for the times 00:00, 06:00, 12:00 and 18:00, as "0 */6 * * *" does in
//     cron: the hours are counted from midnight every day. Two of its times lie no further apart
//     than these hours and those by which the clock was set back between them: one hour
//     wherever people live (two at Antarctica's Troll station, half of one on Lord Howe Island).
//
// # Posting once
//
// A Run is what is posted for one due time. It is worked on by whoever holds a claim of it, which is
// extended as long as the digest is drafted, since a language model may take minutes to read. Before anything is sent, Storage.Posting notes that it may stand from now on. Whoever finds
// that noted looks in the destination for the mark that the post carries, and posts only where it
// is certain that there is none, and that none can be under way: see Runner. The run's end, the digest's next
// due time and what was covered are noted in one transaction.
package digest
