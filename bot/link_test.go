package bot

import "testing"

func TestParseLink(t *testing.T) {
	const server, channel, message = "111111111111111111", "222222222222222222", "333333333333333333"
	discord := Place{Server: server, Channel: channel}
	tests := []struct {
		link    string
		place   Place
		message string
	}{
		{"https://discord.com/channels/" + server + "/" + channel + "/" + message, discord, message},
		{"https://ptb.discord.com/channels/" + server + "/" + channel + "/" + message, discord, message},
		{"https://canary.discord.com/channels/" + server + "/" + channel + "/" + message + "/", discord, message},
		{" <https://discordapp.com/channels/" + server + "/" + channel + "/" + message + "> ", discord, message},
		{"Since https://discord.com/channels/" + server + "/" + channel + "/" + message, discord, message},
		{"HTTPS://Discord.com/channels/@me/" + channel + "/" + message, Place{Channel: channel}, message},
		{"https://team.slack.com/archives/C0ABC/p1700000000123456", Place{Channel: "C0ABC"}, "1700000000.123456"},
		{"https://big.enterprise.slack.com/archives/G0ABC/p1700000000123456", Place{Channel: "G0ABC"}, "1700000000.123456"},
		{
			"<https://team.slack.com/archives/C0ABC/p1700000000123456?thread_ts=1699999999.000100&amp;cid=C0ABC|shown>",
			Place{Channel: "C0ABC", Thread: "1699999999.000100"}, "1700000000.123456",
		},
	}
	for _, test := range tests {
		place, message, ok := ParseLink(test.link)
		if !ok || place != test.place || message != test.message {
			t.Errorf("%s: %+v, %s, %v", test.link, place, message, ok)
		}
	}
	for _, link := range []string{
		"", message, "https://discord.com/channels/" + server + "/" + channel,
		"https://discord.com.example.com/channels/" + server + "/" + channel + "/" + message,
		"https://notdiscord.com/channels/" + server + "/" + channel + "/" + message,
		"https://discord.com/channels/" + server + "/" + channel + "/" + message + "/1",
		"https://discord.com/channels/" + server + "/" + channel + "/abc",
		"after https://discord.com/channels/" + server + "/" + channel + "/" + message,
		"ftp://discord.com/channels/" + server + "/" + channel + "/" + message,
		"<https://discord.com/channels/" + server + "/" + channel + "/" + message,
		"https://slack.com/archives/C0ABC/p1700000000123456",
		"https://team.slack.com/archives/C0ABC/p17000000001",
		"https://team.slack.com/archives/c0abc/p1700000000123456",
	} {
		if place, message, ok := ParseLink(link); ok {
			t.Errorf("%s was taken for %+v, %s", link, place, message)
		}
	}
}
