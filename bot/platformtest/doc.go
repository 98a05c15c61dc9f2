// Package platformtest holds what the adapters of all platforms must keep, as a
// suite that each adapter's tests run against the fake of its platform: fakediscord
// or fakeslack, which stand in folders of their own.
package platformtest
