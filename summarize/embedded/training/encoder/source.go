package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
)

// source is the unpacked package: its files by name, and its tensors.
type source struct {
	files   map[string][]byte
	tensors map[string]tensor
}

// tensor is a tensor of float32, row by row.
type tensor struct {
	shape  []int
	values []float32
}

// unpack reads the archive and the weights that its model.json lists.
func unpack(archive []byte) (*source, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	src := &source{files: map[string][]byte{}, tensors: map[string]tensor{}}
	for tr := tar.NewReader(zipped); ; {
		header, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if src.files[path.Base(header.Name)], err = io.ReadAll(tr); err != nil {
			return nil, err
		}
	}
	return src, src.readTensors()
}

// readTensors cuts the shards of weights, laid end to end, into tensors.
func (s *source) readTensors() error {
	var model struct {
		WeightsManifest []struct {
			Paths   []string
			Weights []struct {
				Name  string
				Dtype string
				Shape []int
			}
		}
	}
	if err := json.Unmarshal(s.files["model.json"], &model); err != nil {
		return fmt.Errorf("model.json: %w", err)
	}
	for _, group := range model.WeightsManifest {
		var data []byte
		for _, name := range group.Paths {
			data = append(data, s.files[name]...)
		}
		for _, w := range group.Weights {
			n := 1
			for _, d := range w.Shape {
				n *= d
			}
			if len(data) < 4*n {
				return fmt.Errorf("model.json: the weights end before %s", w.Name)
			}
			if w.Dtype == "float32" {
				values := make([]float32, n)
				for i := range values {
					values[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
				}
				s.tensors[w.Name] = tensor{w.Shape, values}
			}
			data = data[4*n:]
		}
		if len(data) != 0 {
			return fmt.Errorf("model.json: %d bytes of weights belong to no tensor", len(data))
		}
	}
	return nil
}

// find is the one tensor whose name ends with suffix; n is how many values it has to have.
func (s *source) find(suffix string, n int) ([]float32, error) {
	var found *tensor
	for name, t := range s.tensors {
		if !strings.HasSuffix(name, suffix) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("several tensors are named %s", suffix)
		}
		found = &t
	}
	if found == nil {
		return nil, fmt.Errorf("no tensor is named %s", suffix)
	}
	if len(found.values) != n {
		return nil, fmt.Errorf("%s has %d values, want %d", suffix, len(found.values), n)
	}
	return found.values, nil
}

// vocabulary is a line a piece, in the order of their ids: the piece and its
// score. A score that is null in the package counts as 0, as it does in JavaScript.
func (s *source) vocabulary() ([]byte, error) {
	var pieces [][2]any
	if err := json.Unmarshal(s.files["vocab.json"], &pieces); err != nil {
		return nil, fmt.Errorf("vocab.json: %w", err)
	}
	var b bytes.Buffer
	for i, p := range pieces {
		piece, isText := p[0].(string)
		score, isNumber := p[1].(float64)
		if !isText || !isNumber && p[1] != nil || strings.ContainsAny(piece, "\t\n") {
			return nil, fmt.Errorf("vocab.json: entry %d is not a piece with a score", i)
		}
		b.WriteString(piece + "\t" + strconv.FormatFloat(score, 'g', -1, 64) + "\n")
	}
	return b.Bytes(), nil
}
