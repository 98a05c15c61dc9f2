package bot

import (
	"context"

	"crux/summarize"
)

// privately answers Privacy.
func (b *Bot) privately(ctx context.Context, r Request) (*Answer, error) {
	return nil, Refusef("Not written yet.")
}

// leaveOut is the transcript without the messages and names of people who are left out, t
// itself where there are none. note says in a sentence that messages are missing, "" where
// nobody answered one of them.
func (b *Bot) leaveOut(ctx context.Context, t *summarize.Transcript) (left *summarize.Transcript, note string, err error) {
	return t, "", nil
}

// restsOnLeftOut reports whether an answer rests on the words of somebody who is left out by now.
func (b *Bot) restsOnLeftOut(ctx context.Context, a *Answer) (bool, error) {
	return false, nil
}

// note puts a change into the server's log. what is in our own words, free of texts and names.
func (b *Bot) note(ctx context.Context, by string, p Place, what string) {}
