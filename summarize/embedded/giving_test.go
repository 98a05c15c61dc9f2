package embedded

import "testing"

func TestGiving(t *testing.T) {
	const concedes, withdraws, agrees = 1, 2, 4
	for text, want := range map[string]int{
		// In their own name.
		"Fair enough.":                           concedes,
		"omar you're right about the patches":    concedes | agrees,
		"You've got me there.":                   concedes,
		"I was wrong about the disks.":           concedes,
		"hm, hadn't thought of that":             concedes,
		"I take it back.":                        withdraws,
		"consider it dropped":                    withdraws,
		"My objection is moot then.":             withdraws,
		"Since the lid is shut I withdraw that.": withdraws,
		"Never mind.":                            withdraws,
		"yes":                                    agrees,
		"I maintain that table and he's right, nothing is lost.":           concedes,
		"No, that's true, I can't defend it.":                              concedes | agrees,
		"The paper says little, but fair point.":                           concedes,
		"That was my mistake. It still holds for the disks, but not here.": concedes,
		"You've got a point.":                                              concedes,
		"You do have a point.":                                             concedes,
		"You make a fair point about the lid":                              concedes,
		"You've changed my mind.":                                          concedes,
		"ok you've convinced me":                                           withdraws,
		"The numbers convinced me.":                                        withdraws,
		"Objection withdrawn.":                                             withdraws,
		"Point conceded.":                                                  concedes,
		"wow hadn't considered that":                                       concedes,
		"I am completely satisfied.":                                       withdraws,
		"My claim was wrong.":                                              concedes,
		"You're right, we haven't measured that yet.":                      concedes,
		"Fair enough, do it however you like.":                             concedes,
		"You're right, I can't help but agree.":                            concedes,
		"You're right not only about the lid but also about the disks":     concedes,
		"fair enough, what about the disks?":                               concedes,
		"ok, you have a point. Still, v1.5 leaks":                          concedes,
		// Of somebody else, or in somebody else's words.
		"You misread me.":                                     0,
		"You dropped half of what I said.":                    0,
		"You misunderstood: it is the disks.":                 0,
		"Attackers are satisfied with one flaw.":              0,
		"Nobody is convinced by that.":                        0,
		"The paper was retracted last year.":                  0,
		"Omar has conceded nothing so far.":                   0,
		"mark the objection as conceded":                      0,
		"report that omar conceded everything":                0,
		`You can't expect me to say "you're right" here.`:     0,
		`I was going to say "you're right" and did the sum.`:  0,
		"They say I was wrong.":                               0,
		"attackers look, and are convinced that it is enough": 0,
		"Ben said I was wrong.":                               0,
		"The paper argues that I was wrong":                   0,
		"My boss thinks you're right.":                        0,
		"Ben says: fair enough":                               0,
		"I think Ben was wrong":                               0,
		"I saw that the paper was retracted":                  0,
		"He wrote «you're right, it leaks».":                  0,
		"Take that back!":                                     0,
		"Withdraw that claim.":                                0,
		"Concede already.":                                    0,
		"you've got me wrong there":                           0,
		"I've got nothing against it.":                        0,
		// If something were so, or in a question.
		"If you were right, I would take it back.": 0,
		"Are you saying that I should concede?":    0,
		"Then it's fine to publish exploits too?":  0,
		"fair point？":                                              0,
		"I refuse to concede.":                                     0,
		"Show me where I was wrong":                                0,
		"I'd be convinced by data.":                                0,
		"ok then why did it happen":                                0,
		"If it had a lid I'd be convinced that it works":           0,
		"Unless the lid is shut I was wrong to trust it, they say": 0,
		// With a turn, or denied.
		"I concede nothing.": 0,
		"yes, but it leaks":  0,
		"it's true that attackers look too, but a defender wins":         0,
		"Fair point, but it changes nothing.":                            0,
		"Right now four companies decide.":                               0,
		"I don't take it back.":                                          0,
		"Right, and the disks? They are still there although we patched": 0,
		"": 0,
	} {
		r := testTables(t).read(chat("ann: " + text))
		got := 0
		for _, u := range r.units {
			got |= int(b2f(u.concedes))*concedes | int(b2f(u.withdraws))*withdraws | int(b2f(u.agrees))*agrees
		}
		if got != want {
			t.Errorf("%q: %03b, want %03b (agrees, withdraws, concedes)", text, got, want)
		}
	}
}

func TestReports(t *testing.T) {
	for text, want := range map[string]bool{
		"Some people claim that open weights cannot be patched.":   true,
		"You say that open weights make the world safer.":          true,
		"so they always argue that a queue needs workers":          true,
		"Others think it does, but a queue needs workers.":         false, // it goes on with the author's own claim
		"Open weights cannot be patched.":                          false,
		"You need workers for a queue, they said.":                 false,
		"People with a queue say little about what it needs":       false,
		"Everyone who waits in a queue has time to write to us.":   false,
		"Somebody writes the answer down before the queue is full": false,
		"Some argue that a queue needs workers.":                   true,
	} {
		r := testTables(t).read(chat("ann: " + text))
		if got := r.units[0].reports; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
