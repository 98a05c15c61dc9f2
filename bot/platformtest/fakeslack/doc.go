// Package fakeslack is a stateful fake of Slack that stands at the wire: the real
// client library talks to it over HTTP and WebSocket on loopback and cannot tell
// the difference.
//
// [New] starts one: a workspace with an owner and an app with its bot. A test
// builds channels in it (AddUser, AddChannel, Post), points the client at its
// APIURL, acts as the people there (Mention, Command, Shortcut, Press, Choose,
// Exchange.Submit, OpenHome, Edit, Delete) and looks at what they would see (Messages,
// Ephemerals, Home, Exchange.Final and Dialog):
//
//	s := fakeslack.New(t)
//	ann := s.AddUser(fakeslack.User{Name: "ann"})
//	agora := s.AddChannel(fakeslack.Channel{Name: "agora", Members: []string{ann}})
//	s.PostMany(agora, debate...)
//	// start the bot with s.BotToken and s.AppToken against s.APIURL()
//	s.WaitConnected(1)
//	ts := s.Mention(ann, agora, "", "what's still open?")
//	answer := s.WaitMessage(agora, func(p fakeslack.Posted) bool { return p.Thread == ts && p.Author == s.Bot })
//
// Events, commands and presses go over Socket Mode until UseHTTP makes them signed
// HTTP requests. While nobody has ever connected, they are lost, as on Slack.
//
// The fake checks scopes, memberships, deadlines and limits itself, by the
// platform's documentation and without any of the code under test. What a client
// must never do (blocks over a limit, a message that pings or unfurls, a late
// acknowledgement) is recorded as a violation and fails the test when it ends; see
// Slack.Violations.
//
// Faults are set up by method: it fails (Fail, Limit), is held before it is carried out
// (Hold, Delay) or after (HoldAnswers), or is carried out and never answered (Lose). With
// the last two a test stops a client that can't know whether what it posted stands.
//
// Every exported method may be called from any goroutine. Methods that wait never
// poll; they give up after Slack.Patience, report an error on the test and return
// what they have.
package fakeslack
