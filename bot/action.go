package bot

import "crux/bot/ledger"

// Action is what a button under a report does.
type Action string

// The actions.
const (
	ActOpen       Action = "open"    // the same request, only what is open
	ActEverything Action = "all"     // the same request, everything
	ActFull       Action = "full"    // the report as files
	ActRefresh    Action = "refresh" // the same request, read anew
	ActPage       Action = "page"    // another page of the answer
	ActPost       Action = "post"    // the answer for everyone here

	ActOne         Action = "one"      // one item of a list in full
	ActSayAnswered Action = "answered" // says of the item that it is answered
	ActSayOpen     Action = "reopen"   // says of the item that it is not answered
	ActNotMine     Action = "notmine"  // says that the item is not the asker's
	ActReword      Action = "reword"   // asks what the asker meant instead, and says that

	ActOptOut    Action = "optout"
	ActOptIn     Action = "optin"
	ActErase     Action = "erase"     // asks whether to delete everything about the asker
	ActEraseSure Action = "erasesure" // deletes it

	ActAllowModel  Action = "allowmodel"  // lets a language model read the server's messages, under the terms that were shown
	ActForbidModel Action = "forbidmodel" // lets it no more
)

// OnItem reports whether the action concerns one item, whose key its button carries.
func (act Action) OnItem() bool {
	switch act {
	case ActOne, ActSayAnswered, ActSayOpen, ActNotMine, ActReword:
		return true
	default:
		return false
	}
}

// Apply is the request of the answer that the button stands under, with what the action changes
// of it. item is the key that the button carries, "" where it carries none, and words what the
// asker wrote for ActReword.
func (act Action) Apply(r Request, item, words string) Request {
	if act.OnItem() {
		r.Item, r.Command = item, Correct
	}
	switch act {
	case ActOne:
		r.Command = One
	case ActSayAnswered:
		r.Correction = Correction{Kind: ledger.SaidAnswered}
	case ActSayOpen:
		r.Correction = Correction{Kind: ledger.SaidOpen}
	case ActNotMine:
		r.Correction = Correction{Kind: ledger.NotMine}
	case ActReword:
		r.Correction = Correction{Kind: ledger.NotMine, Words: words}
	case ActOptOut:
		r.Privacy = PrivacyOrder{Action: OptOut}
	case ActOptIn:
		r.Privacy = PrivacyOrder{Action: OptIn}
	case ActErase:
		r.Privacy = PrivacyOrder{Action: Erase}
	case ActEraseSure:
		r.Privacy = PrivacyOrder{Action: Erase, Sure: true}
	case ActAllowModel:
		r.Privacy.Action = AllowModel
	case ActForbidModel:
		r.Privacy = PrivacyOrder{Action: ForbidModel}
	case ActOpen:
		r.Command = Open
	case ActEverything:
		r.Command = Summary
	case ActRefresh:
		r.Fresh = true
	case ActPost:
		r.Share = true
	case ActFull, ActPage:
	}
	return r
}
