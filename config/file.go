package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxFile bounds the configuration file, in bytes; it is a page or two long.
const maxFile = 1 << 20

// content is what a configuration file sets, whether there are such keys or not.
type content struct {
	path   string
	values []value
	faults Faults
}

// readFile reads a YAML or a TOML file; which of them is told from its name.
func readFile(path string) *content {
	c := &content{path: path}
	data, err := readAtMost(path, maxFile)
	if err != nil {
		c.fault("", 0, "can't be read: "+err.Error())
		return c
	}
	c.parse(data)
	return c
}

func (c *content) parse(data []byte) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch strings.ToLower(filepath.Ext(c.path)) {
	case ".yaml", ".yml":
		c.parseYAML(data)
	case ".toml":
		c.parseTOML(data)
	default:
		c.fault("", 0, "expected a name that ends in .yaml, .yml or .toml")
	}
}

// addList takes a list in.
func (c *content) addList(name string, items []string, line int) {
	c.add(name, "", list, line)
	c.values[len(c.values)-1].items = items
}

// add takes a value in; line is 0 where it is not known.
func (c *content) add(name, written string, s shape, line int) {
	if s == nothing {
		written = "" // YAML may write it as ~ or null
	}
	c.values = append(c.values, value{
		key: name, text: written, shape: s,
		layer: inFile, where: c.at(line), dir: filepath.Dir(c.path),
	})
}

func (c *content) fault(name string, line int, problem string) {
	c.faults = append(c.faults, Fault{Key: name, Where: c.at(line), Problem: problem})
}

func (c *content) at(line int) string {
	if line == 0 {
		return c.path
	}
	return fmt.Sprintf("%s:%d", c.path, line)
}

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

// readAtMost reads a file of no more than limit bytes. Its errors name neither
// the path nor anything in the file.
func readAtMost(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, reason(err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("it is longer than %d bytes", limit)
	}
	return data, nil
}

// reason is err without the path that it is about.
func reason(err error) error {
	if about, ok := errors.AsType[*os.PathError](err); ok {
		return about.Err
	}
	return err
}
