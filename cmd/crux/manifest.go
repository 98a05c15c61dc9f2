package main

import (
	"strings"

	"github.com/spf13/cobra"

	"crux/bot/slack"
)

func newManifestCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "manifest",
		Short: "Print what makes crux an app of a Slack workspace",
		Long: `Prints the manifest that makes crux an app on a platform: "crux manifest slack".
Discord has none: there "crux serve" registers its commands itself.`,
		DisableFlagsInUseLine: true,
		// Without Args and RunE cobra takes an unknown platform for a wish for help.
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return cmd.Help()
			case args[0] == "discord":
				return usagef("Discord has no manifest; \"crux serve\" registers its commands itself")
			}
			return usagef("unknown platform %q; there is a manifest for slack", args[0])
		},
	}
	cmd.AddCommand(newSlackManifestCommand())
	return cmd
}

func newSlackManifestCommand() *cobra.Command {
	var base string
	cmd := &cobra.Command{
		Use:   "slack",
		Short: "Print Slack's app manifest",
		Long: `Prints the app manifest for Slack, in YAML, with what crux asks to be allowed and
nothing else. To add crux to a workspace:

  1. At https://api.slack.com/apps click Create New App, then From a manifest, and
     choose the workspace.
  2. Choose YAML, put what this prints in place of what stands there, and create it.
  3. Install App → Install to Workspace. Copy the Bot User OAuth Token (xoxb-...):
     slack.bot_token.
  4. Basic Information → App-Level Tokens → Generate Token and Scopes, with the scope
     connections:write. Copy the token (xapp-...): slack.app_token.
  5. "crux doctor" checks both, "crux serve" runs it. Invite it to a channel with
     /invite @crux.

Slack's requests then come over Socket Mode, for which crux needs no address of its
own. With --url they come over HTTP. Then, in place of step 4, copy the Signing Secret
from Basic Information (slack.signing_secret), set slack.listen, and see that what comes
to the URL by https gets there. Slack uses the URL only once it is verified: do that,
while "crux serve" runs, under App Manifest.`,
		Example: `  crux manifest slack
  crux manifest slack --url https://crux.example.com`,
		Args: noArgs,
	}
	cmd.Flags().StringVar(&base, "url", "", "let Slack send its requests to this `URL`, such as https://crux.example.com")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		text, err := slack.Manifest(slack.ManifestOptions{URL: strings.TrimSpace(base)})
		if err != nil {
			return usagef("--url: %w", err)
		}
		_, err = cmd.OutOrStdout().Write(text)
		return err
	}
	return cmd
}
