// Package llm is the engine that has a language model read debates.
//
// A transcript becomes a sheet: numbered messages in JSON lines, people as handles, what
// programs posted left out. A first pass has the model extract debates from it, a second
// has it judge every objection against all that was said later. What comes back is decoded
// strictly: quotes are looked for in the very messages that were sent and become verbatim
// or go, handles become people again, and whatever else the model says counts for nothing.
// Nothing that a message says is an instruction: messages are data in the prompt, and no
// answer of the model can name a link, a person or a message that was not on the sheet.
//
// A transcript that is too long for one prompt is read in windows, each of which is told what
// was found before; Continue reads on in the same way from debates that were found earlier.
//
// The package knows no vendor. A Model is what openai and anthropic below it implement.
package llm
