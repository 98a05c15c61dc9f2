package transcript

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

const (
	wantExport   = "a Slack export: channels.json, users.json and a folder a channel with a file a day"
	wantUsers    = `a list of users, each with "id" and "name"`
	wantChannels = `a list of channels, each with "id" and "name"`

	// maxFiles bounds how many entries a zip may have: decades of a large workspace.
	maxFiles = 1 << 20
	// maxListed bounds how many channels an error names.
	maxListed = 20
)

var dayFile = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}\.json$`)

// slackExport is an export's tree of files. The file system confines names to
// it; budget bounds what all files together unpack to.
type slackExport struct {
	files  fs.FS
	name   string
	budget *budget
}

func readZip(r io.ReaderAt, size int64, name string, o Options) (*Result, error) {
	packed, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &Error{File: name, Problem: "broken zip: " + err.Error(), Want: "the whole zip of a Slack export", cause: err}
	}
	if len(packed.File) > maxFiles {
		return nil, &Error{File: name, Problem: fmt.Sprintf("%d files in the zip", len(packed.File)), Want: fmt.Sprintf("at most %d", maxFiles)}
	}
	return readSlack(packed, name, o)
}

// readSlack reads one channel of an export.
func readSlack(files fs.FS, name string, o Options) (*Result, error) {
	export := &slackExport{files, name, newBudget(o.MaxBytes)}
	if err := export.descend(); err != nil {
		return nil, err
	}
	users, err := export.users()
	if err != nil {
		return nil, err
	}
	channels, err := export.channels()
	if err != nil {
		return nil, err
	}
	channel, err := export.pick(channels, o.Channel)
	if err != nil {
		return nil, err
	}
	posts := newSlackPosts(users)
	for _, day := range channel.days {
		if err := export.each(path.Join(channel.folder, day), wantSlackMessage, posts.add); err != nil {
			return nil, err
		}
	}
	d, err := posts.draft(header{})
	if err != nil {
		return nil, err
	}
	d.channel = channel.name
	return d.finish(export.path(channel.folder), o)
}

func (x *slackExport) path(name string) string { return path.Join(x.name, name) }

// indexes are the files that list an export's channels of one kind.
var indexes = []string{"channels.json", "groups.json", "mpims.json", "dms.json"}

// descend goes to the folder that holds the export: the top one, or the only one
// in it, as some archivers wrap what they pack.
func (x *slackExport) descend() error {
	if x.isExport(x.files) {
		return nil
	}
	top, err := fs.ReadDir(x.files, ".")
	if err != nil {
		return err
	}
	for _, folder := range top {
		if !folder.IsDir() || folder.Name() == "__MACOSX" {
			continue
		}
		if inner, err := fs.Sub(x.files, folder.Name()); err == nil && x.isExport(inner) {
			x.files, x.name = inner, x.path(folder.Name())
			return nil
		}
	}
	return &Error{File: x.name, Problem: "no channels.json", Want: wantExport}
}

func (x *slackExport) isExport(files fs.FS) bool {
	return slices.ContainsFunc(indexes, func(name string) bool {
		_, err := fs.Stat(files, name)
		return err == nil
	})
}

// each hands the elements of a JSON list in a file to add.
func (x *slackExport) each(file, want string, add func(json.RawMessage, int) error) error {
	f, err := x.files.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	doc := newDocument(decoded(x.budget.reader(f, x.path(file)), 4096), x.path(file), want)
	opening, err := doc.Token()
	if err == nil && opening != json.Delim('[') {
		err = errors.New("not a JSON list")
	}
	if err != nil {
		return doc.fail(err, want)
	}
	if err := doc.each(add); err != nil {
		return err
	}
	return doc.end()
}

// users are the people of users.json by id; none where there is no such file.
func (x *slackExport) users() (map[string]slackUser, error) {
	users := make(map[string]slackUser)
	err := x.each("users.json", wantUsers, func(raw json.RawMessage, _ int) error {
		var user slackUser
		if err := json.Unmarshal(raw, &user); err != nil {
			return err
		}
		users[user.ID] = user
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return users, nil
	}
	return users, err
}

// slackChannel is a channel that has messages.
type slackChannel struct {
	id, name, folder string
	days             []string
}

// channels are those with messages: the listed ones, and folders that no list names.
func (x *slackExport) channels() ([]slackChannel, error) {
	names := make(map[string]slackChannel)
	for _, index := range indexes {
		err := x.each(index, wantChannels, func(raw json.RawMessage, _ int) error {
			var c struct{ ID, Name string }
			if err := json.Unmarshal(raw, &c); err != nil {
				return err
			}
			folder := c.Name
			if folder == "" { // direct messages have no name; their folder is called by id
				folder = c.ID
			}
			names[folder] = slackChannel{id: c.ID, name: folder, folder: folder}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	folders, err := fs.ReadDir(x.files, ".")
	if err != nil {
		return nil, err
	}
	var channels []slackChannel
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		c, listed := names[folder.Name()]
		if !listed {
			c = slackChannel{name: folder.Name(), folder: folder.Name()}
		}
		if c.days = x.days(c.folder); len(c.days) > 0 {
			channels = append(channels, c)
		}
	}
	return channels, nil
}

// days are the names of a folder's day files that hold more than an empty list, the earliest first.
func (x *slackExport) days(folder string) []string {
	files, err := fs.ReadDir(x.files, folder)
	if err != nil {
		return nil
	}
	var days []string
	for _, file := range files {
		info, err := file.Info()
		if err == nil && info.Mode().IsRegular() && dayFile.MatchString(file.Name()) && info.Size() > int64(len("[]\n")) {
			days = append(days, file.Name())
		}
	}
	return days
}

// pick is the channel asked for, or the only one.
func (x *slackExport) pick(channels []slackChannel, wanted string) (slackChannel, error) {
	if len(channels) == 0 {
		return slackChannel{}, &Error{File: x.name, Problem: "no channel has messages", Want: wantExport}
	}
	wanted = strings.TrimPrefix(wanted, "#")
	if wanted == "" && len(channels) == 1 {
		return channels[0], nil
	}
	for _, c := range channels {
		if wanted != "" && (strings.EqualFold(c.name, wanted) || strings.EqualFold(c.id, wanted)) {
			return c, nil
		}
	}
	problem := fmt.Sprintf("%d channels have messages", len(channels))
	if wanted != "" {
		problem = fmt.Sprintf("no channel %q with messages", wanted)
	}
	return slackChannel{}, &Error{File: x.name, Problem: problem, Want: "--channel with one of " + listed(channels)}
}

func listed(channels []slackChannel) string {
	var names []string
	for _, c := range channels[:min(len(channels), maxListed)] {
		names = append(names, cleanName(c.name))
	}
	list := strings.Join(names, ", ")
	if more := len(channels) - len(names); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
