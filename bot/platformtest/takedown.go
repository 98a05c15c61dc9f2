package platformtest

import "testing"

// deleted is why reports are taken down here.
const deleted = "A message that this report rested on was deleted."

func takenDown(t *testing.T, c *town) {
	c.Ask(c.ann, c.agora, true).Answer()
	filed := c.oracle.WaitFiled(t, c.agora, 1)[0]
	post := filed.Post
	post.Platform, post.Token = c.Platform().Name(), filed.Answer.Token
	if err := c.Platform().TakeDown(t.Context(), post, deleted); err != nil {
		t.Fatal(err)
	}
	seen := c.Public(c.agora)
	if len(seen) != 1 || !says(deleted)(seen[0]) || says("misalign")(seen[0]) || len(seen[0].Links) > 0 {
		t.Fatalf("everyone sees %+v", seen)
	}
	again := c.Press(c.bob, c.agora, seen[0], button(t, seen[0], "Ask again")).Answer()
	if !again.Private || !says("misalign")(again) {
		t.Errorf("asked again, private %v: %q", again.Private, again.Text)
	}
}

func privateTakenDown(t *testing.T, c *town) {
	talk := c.Ask(c.ann, c.agora, false)
	talk.Answer()
	filed := c.oracle.WaitFiled(t, c.agora, 1)[0]
	post := filed.Post
	post.Platform, post.Token = c.Platform().Name(), filed.Answer.Token
	if err := c.Platform().TakeDown(t.Context(), post, deleted); err != nil {
		t.Fatal(err)
	}
	if got := talk.Until(says(deleted)); !got.Private || says("misalign")(got) {
		t.Errorf("private %v: %q", got.Private, got.Text)
	}
	if seen := c.Public(c.agora); len(seen) > 0 {
		t.Errorf("everyone sees %+v", seen)
	}
}

func takenDownAlready(t *testing.T, c *town) {
	c.Ask(c.ann, c.agora, true).Answer()
	post := c.oracle.WaitFiled(t, c.agora, 1)[0].Post
	post.Platform = c.Platform().Name()
	c.Delete(post.Place, post.Message)
	if err := c.Platform().TakeDown(t.Context(), post, deleted); err != nil {
		t.Errorf("a post that somebody deleted: %v", err)
	}
}
