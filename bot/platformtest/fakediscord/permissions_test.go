package fakediscord

import "testing"

func TestPermissions(t *testing.T) {
	t.Parallel()
	const readWrite = ViewChannel | SendMessages | ReadMessageHistory
	d := New(t)
	g := d.AddGuild("Athens")
	d.SetRole(g, g, readWrite)
	mods := d.AddRole(g, "mods", ManageThreads)
	mute := d.AddRole(g, "mute", 0)
	admin := d.AddRole(g, "admin", Administrator)
	ann, bob := d.AddMember(g, "ann"), d.AddMember(g, "bob")

	for _, test := range []struct {
		name       string
		roles      []string
		overwrites []Overwrite
		want       int64
	}{
		{"the base is everyone's and the roles' together", []string{mods}, nil, readWrite | ManageThreads},
		{"an overwrite for everyone denies", nil, []Overwrite{{ID: g, Deny: SendMessages}}, readWrite &^ SendMessages},
		{"a role's allow beats everyone's deny", []string{mods},
			[]Overwrite{{ID: mods, Allow: SendMessages}, {ID: g, Deny: SendMessages}}, readWrite | ManageThreads},
		{"of two roles allow beats deny", []string{mods, mute},
			[]Overwrite{{ID: mods, Allow: SendMessages}, {ID: mute, Deny: SendMessages}}, readWrite | ManageThreads},
		{"a member's deny beats a role's allow", []string{mods},
			[]Overwrite{{ID: mods, Allow: AttachFiles}, {ID: ann, Member: true, Deny: AttachFiles}}, readWrite | ManageThreads},
		{"another's overwrite does not count", nil, []Overwrite{{ID: bob, Member: true, Deny: SendMessages}}, readWrite},
		{"a role that one lacks does not count", nil, []Overwrite{{ID: mute, Deny: SendMessages}}, readWrite},
		{"who cannot see can do nothing", nil, []Overwrite{{ID: g, Deny: ViewChannel}}, 0},
		{"who cannot send cannot embed", nil, []Overwrite{{ID: g, Allow: EmbedLinks, Deny: SendMessages}}, ViewChannel | ReadMessageHistory},
		{"an administrator may all", []string{admin}, []Overwrite{{ID: g, Deny: ViewChannel}}, allPermissions},
	} {
		t.Run(test.name, func(t *testing.T) {
			d.SetMemberRoles(g, ann, test.roles...)
			c := d.AddChannel(g, Channel{Name: "c", Overwrites: test.overwrites})
			if got := d.Permissions(ann, c); got != test.want {
				t.Errorf("got %b, want %b", got, test.want)
			}
		})
	}
	d.SetMemberRoles(g, ann)
	secret := d.AddChannel(g, Channel{Name: "secret", Overwrites: []Overwrite{{ID: g, Deny: ViewChannel}}})
	if d.Permissions(d.Owner(g), secret) != allPermissions {
		t.Error("the owner may not do everything")
	}
	if d.Permissions(ann, d.AddThread(secret, Thread{Name: "t", Members: []string{ann}})) != 0 {
		t.Error("a thread is seen by who cannot see its channel")
	}
	open := d.AddChannel(g, Channel{Name: "open"})
	private := d.AddThread(open, Thread{Name: "t", Private: true, Members: []string{ann}})
	if d.Permissions(ann, private) == 0 || d.Permissions(bob, private) != 0 {
		t.Error("a private thread is not seen by its members alone")
	}
	d.SetMemberRoles(g, bob, mods)
	if d.Permissions(bob, private) == 0 {
		t.Error("who manages threads does not see a private one")
	}
	if d.Permissions("1", open) != 0 {
		t.Error("a stranger may do something")
	}
}
