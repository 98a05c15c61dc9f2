// Package summarize is crux's domain: what was said (Message, Transcript), what
// is reported of it (Report, Debate, Point, Objection), who makes the report
// (Engine), and the checks that every report passes before anyone sees it
// (Verify).
//
// Start at Summarizer: it narrows a transcript to the window asked for, lets an
// Engine read it, and verifies what the engine returned. Readers of files are in
// transcript, the offline engine in embedded, what people see in render.
//
// The package knows no chat platform and no vendor of language models.
package summarize
