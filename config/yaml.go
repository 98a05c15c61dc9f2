package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// parseYAML reads nodes rather than maps: they have lines, and an id keeps all its digits.
func (c *content) parseYAML(data []byte) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return // an empty file
	}
	if err != nil {
		c.fault("", yamlLine(err), "is not YAML here: expected key: value, with sections indented by blanks")
		return
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		c.fault("", max(second.Line, yamlLine(err)), "expected one document, without a line --- in it")
		return
	}
	root := document.Content[0]
	switch {
	case root.Kind == yaml.MappingNode:
		c.walkYAML("", root, map[string]int{})
	case shapeOf(root) != nothing:
		c.fault("", root.Line, "expected key: value, got "+shapeOf(root).String())
	}
}

// yamlLine is the line that an error of the YAML reader tells of, 0 where it tells
// of none. Its words may quote the file, so they are not passed on.
func yamlLine(err error) int {
	if err == nil {
		return 0
	}
	found := regexp.MustCompile(`\bline (\d+)`).FindStringSubmatch(err.Error())
	if found == nil {
		return 0
	}
	line, _ := strconv.Atoi(found[1]) // digits; what is no int is 0
	return line
}

// walkYAML takes in what stands below node; seen are the lines of the keys so far.
func (c *content) walkYAML(prefix string, node *yaml.Node, seen map[string]int) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, below := node.Content[i], node.Content[i+1]
		if name.Kind != yaml.ScalarNode {
			c.fault(prefix, name.Line, "expected a word before the colon")
			continue
		}
		key := join(prefix, name.Value)
		if below.Kind == yaml.MappingNode && len(below.Content) > 0 {
			c.walkYAML(key, below, seen)
			continue
		}
		if line, twice := seen[key]; twice {
			c.fault(key, name.Line, fmt.Sprintf("is set in line %d already", line))
			continue
		}
		seen[key] = name.Line
		if below.Kind == yaml.AliasNode {
			c.fault(key, below.Line, "aliases (*name) are not supported; write out the value")
			continue
		}
		if below.Kind == yaml.SequenceNode {
			c.addList(key, scalarsIn(below), name.Line)
			continue
		}
		c.add(key, below.Value, shapeOf(below), name.Line)
	}
}

func scalarsIn(node *yaml.Node) []string {
	items := make([]string, len(node.Content))
	for i, item := range node.Content {
		items[i] = item.Value // "" where it is no scalar
	}
	return items
}

func shapeOf(node *yaml.Node) shape {
	switch node.Kind {
	case yaml.MappingNode:
		return section
	case yaml.SequenceNode:
		return list
	}
	switch node.ShortTag() {
	case "!!int", "!!float":
		return number
	case "!!bool":
		return boolean
	case "!!null":
		return nothing
	case "!!timestamp":
		return moment
	}
	return text
}
