// Package transcript reads what people export or paste from chats into a
// summarize.Transcript. Start at Open for paths and at Read for streams.
//
// # Formats
//
// A source is told apart by its content, never by its name:
//
//   - crux JSON: an object with "messages", or an array of messages, each with id,
//     author, time, text, reply_to and bot, and optionally name (the author's display
//     name), url, edited and attachments. Other fields are ignored.
//   - JSON lines: one such message a line; blank lines are fine.
//   - DiscordChatExporter JSON: posts of the types Default and Reply. Its plain-text
//     export is read too, as plain text.
//   - Slack export: the zip, its folder, or one day's file of it. Options.Channel picks
//     the channel. The escapes &lt; &gt; &amp; become the characters that people typed;
//     mentions such as <@U123> stay, and Names knows the people.
//   - plain text: "Name: text", "<name> text", both with or without a time in front, and
//     pastes from Discord and Slack, with name and time on lines of their own.
//   - text in which nobody is named, with Options.Unattributed alone: each paragraph, or
//     each line where no line is blank, is a message of nobody. Repeated paragraphs and cut
//     copies of one are kept once. JSON keeps its authors even so.
//
// # Plain text
//
// A text is read in one dialect, the one with the most evidence; see dialects.go. A bare
// "Name:" counts by evidence over the whole text: how often it comes, where it stands, whether
// it looks like a name, and whether it is a known label ("Note:", labels.txt). What stands
// before the first speaker becomes a message of nobody. A preview of the message that a reply
// answers, as some pastes hold it, can't be told from text and stays where it stands.
//
// Message.Text is verbatim, but for line ends (CRLF becomes LF) and blank space around the
// whole. Ids are m1, m2 and so on.
//
// Times without a zone are taken as UTC. A clock without a date ("14:05") takes the date of the
// message or date line before it, and the next day where it falls back by over six hours;
// "Today at" and clocks with no date before them leave the time zero. Where 03/02/2026 could be
// either, the whole text decides: a part above 12 first, then dots or a 24-hour clock for
// day-first, AM and PM for month-first; the guess is stated.
//
// # Encodings
//
// UTF-8, with or without byte order mark, and UTF-16 with one. In plain text, bytes that are not
// UTF-8 are read as Windows-1252 where no UTF-8 sequence speaks against it; a few strays in
// UTF-8 become U+FFFD; anything else is an error. In JSON, strays become U+FFFD.
// Each of these is a stated repair.
//
// # Faults
//
// What can't be used at all is an Error with file, line and what was expected; truncated JSON is
// such, never half a transcript. What can be mended is mended and stated in Result.Repairs;
// repair.go lists it.
package transcript
