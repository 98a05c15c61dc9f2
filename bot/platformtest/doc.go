// Package platformtest holds what the adapters of all platforms must keep, as a
// suite that each adapter's tests run against the fake of its platform: fakediscord
// or fakeslack, which stand in folders of their own.
//
// An adapter's tests write a [World], which is their fake and their adapter behind one
// door, and call [Run] with it. What only one platform has, such as roles or
// workspaces shared with others, the adapter's own tests check.
package platformtest
