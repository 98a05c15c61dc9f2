// Package fakediscord is a stateful fake of Discord that stands at the wire: the
// real client library talks to it over HTTP and WebSocket on loopback and cannot
// tell the difference.
//
// [New] starts one. A test builds a server in it (AddGuild,
// AddChannel, AddMember, Post), points the client at its URL, acts as the people
// there (Interact, Interaction.Press, Choose and Submit, Edit, Delete) and looks at what
// they would see (Messages, Told, Interaction.Final and Dialog):
//
//	d := fakediscord.New(t)
//	guild := d.AddGuild("Athens")
//	ann := d.AddMember(guild, "ann")
//	agora := d.AddChannel(guild, fakediscord.Channel{Name: "agora"})
//	d.PostMany(agora, debate...)
//	// start the bot with d.Token against d.URL()
//	d.WaitReady(1)
//	d.WaitCommands("debate")
//	i := d.Interact(fakediscord.Use{User: ann, Channel: agora, Name: "debate summary"})
//	answer := i.Final()
//
// The fake computes permissions, keeps deadlines and checks limits itself, by the
// platform's documentation and without any of the code under test. What a client
// must never do (a body over a limit, a mention that pings, a late callback) is
// recorded as a violation and fails the test when it ends; see Discord.Violations.
//
// Faults are set up by the pattern of a request: it fails (Fail, RateLimit), is held before
// it is carried out (Hold, Slow) or after (HoldAnswers), or is carried out and never
// answered (Lose). With the last two a test stops a client that can't know whether what it
// posted stands; ExpireNonces makes the minutes pass in which Discord would know.
//
// Every exported method may be called from any goroutine. Methods that wait never
// poll; they give up after Discord.Patience, report an error on the test and
// return what they have.
package fakediscord
