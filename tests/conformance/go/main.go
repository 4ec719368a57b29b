// Command judge checks an exported tlog-tiles log with Go's own transparency log packages.
//
//	judge DIRECTORY
//
// The directory holds checkpoint, vkey, tile/<L>/<N>[.p/<W>] and tile/entries/<N>[.p/<W>]. The first
// line of vkey is the log's key; keys of cosigners (type 04) may follow, and each must have signed.
// Exit 0: all of it is good. Exit 1: something is not, and stderr says what. Exit 2: usage.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	entrySize  = 33
	maxSamples = 64
)

// hashStore holds every hash of the tree in the order of tlog.StoredHashIndex.
type hashStore []tlog.Hash

func (s hashStore) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(s)) {
			return nil, fmt.Errorf("hash %d is outside the tree", index)
		}
		hashes[i] = s[index]
	}
	return hashes, nil
}

// directory is a served log. It reads tiles for tlog.TileHashReader.
type directory string

func (d directory) read(path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(d), filepath.FromSlash(path)))
}

func (d directory) Height() int { return tileHeight }

func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if data[i], err = d.read(servedPath(tile)); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// servedPath maps a path of Go, which starts with the height, to tlog-tiles, where it is always 8.
func servedPath(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: judge DIRECTORY")
		os.Exit(2)
	}
	tree, err := check(directory(os.Args[1]))
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Printf("ok %d %s\n", tree.N, tree.Hash)
}

func check(log directory) (tlog.Tree, error) {
	tree, err := openCheckpoint(log)
	if err != nil {
		return tree, fmt.Errorf("checkpoint: %w", err)
	}
	store, err := hashEntries(log, tree.N)
	if err != nil {
		return tree, fmt.Errorf("entries: %w", err)
	}
	root, err := tlog.TreeHash(tree.N, store)
	if err != nil {
		return tree, err
	}
	if root != tree.Hash {
		return tree, fmt.Errorf("the entries make up root %s, the checkpoint says %s", root, tree.Hash)
	}
	if err := checkTiles(log, tree.N, store); err != nil {
		return tree, fmt.Errorf("tiles: %w", err)
	}
	if err := checkProofs(log, tree, store); err != nil {
		return tree, fmt.Errorf("proofs: %w", err)
	}
	return tree, nil
}

// openCheckpoint verifies the checkpoint with the keys of the file vkey.
func openCheckpoint(log directory) (tlog.Tree, error) {
	var tree tlog.Tree
	data, err := log.read("vkey")
	if err != nil {
		return tree, err
	}
	vkeys := strings.Split(string(data), "\n")
	if len(vkeys) < 2 || vkeys[len(vkeys)-1] != "" {
		return tree, fmt.Errorf("vkey does not end with a newline")
	}
	vkeys = vkeys[:len(vkeys)-1]
	verifiers := make([]note.Verifier, len(vkeys))
	for i, vkey := range vkeys {
		if verifiers[i], err = newVerifier(vkey); err != nil {
			return tree, fmt.Errorf("vkey: %w", err)
		}
	}
	signed, err := log.read("checkpoint")
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifiers...))
	if err != nil {
		return tree, err
	}
	if len(opened.Sigs) != len(verifiers) {
		return tree, fmt.Errorf("%d of %d keys have signed", len(opened.Sigs), len(verifiers))
	}
	for _, sig := range opened.Sigs {
		// Go's decoder lets spare bits pass; the format does not.
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return tree, err
		}
	}
	return parseText(opened.Text, verifiers[0].Name())
}

// parseText reads a C2SP checkpoint; tlog.ParseTree knows the origin of Go's own log only.
func parseText(text, origin string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] != origin {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", origin)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("bad size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return tlog.Tree{}, fmt.Errorf("bad root %q", lines[2])
	}
	return tlog.Tree{N: size, Hash: root}, nil
}

// hashEntries reads every bundle and hashes every entry into the tree.
func hashEntries(log directory, size int64) (hashStore, error) {
	var store hashStore
	for start := int64(0); start < size; start += tileWidth {
		width := size - start
		if width > tileWidth {
			width = tileWidth
		}
		path := servedPath(tlog.Tile{H: tileHeight, L: -1, N: start / tileWidth, W: int(width)})
		bundle, err := log.read(path)
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < width; i++ {
			var entry []byte
			if entry, bundle, err = cutEntry(bundle); err != nil {
				return nil, fmt.Errorf("%s: entry %d: %w", path, start+i, err)
			}
			hashes, err := tlog.StoredHashes(start+i, entry, store)
			if err != nil {
				return nil, err
			}
			store = append(store, hashes...)
		}
		if len(bundle) != 0 {
			return nil, fmt.Errorf("%s: bytes after the last entry", path)
		}
	}
	return store, nil
}

func cutEntry(bundle []byte) (entry, rest []byte, err error) {
	if len(bundle) < 2 {
		return nil, nil, fmt.Errorf("cut")
	}
	length := int(binary.BigEndian.Uint16(bundle))
	bundle = bundle[2:]
	if length != entrySize || len(bundle) < length || bundle[0] != 0x01 {
		return nil, nil, fmt.Errorf("not 33 bytes of version 1")
	}
	return bundle[:length], bundle[length:], nil
}

// checkTiles compares every tile that the size implies with the hashes of the entries.
func checkTiles(log directory, size int64, store hashStore) error {
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		hashes := size >> (tileHeight * level)
		for number := int64(0); number*tileWidth < hashes; number++ {
			width := hashes - number*tileWidth
			if width > tileWidth {
				width = tileWidth
			}
			tile := tlog.Tile{H: tileHeight, L: level, N: number, W: int(width)}
			want, err := tlog.ReadTileData(tile, store)
			if err != nil {
				return err
			}
			got, err := log.read(servedPath(tile))
			if err != nil {
				return err
			}
			if !bytes.Equal(got, want) {
				return fmt.Errorf("%s does not follow from the entries", servedPath(tile))
			}
		}
	}
	return nil
}

// checkProofs proves sampled entries and earlier sizes from the served tiles alone.
func checkProofs(log directory, tree tlog.Tree, store hashStore) error {
	if tree.N == 0 {
		return nil
	}
	reader := tlog.TileHashReader(tree, log)
	for _, index := range sample(tree.N) {
		leaf := store[tlog.StoredHashIndex(0, index)]
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return fmt.Errorf("inclusion of %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
			return fmt.Errorf("inclusion of %d: %w", index, err)
		}
		old := index + 1
		oldRoot, err := tlog.TreeHash(old, store)
		if err != nil {
			return err
		}
		treeProof, err := tlog.ProveTree(tree.N, old, reader)
		if err != nil {
			return fmt.Errorf("consistency from %d: %w", old, err)
		}
		if err := tlog.CheckTree(treeProof, tree.N, tree.Hash, old, oldRoot); err != nil {
			return fmt.Errorf("consistency from %d: %w", old, err)
		}
	}
	return nil
}

// sample gives indexes spread over the tree, with the first, the last and the edges of tiles.
func sample(size int64) []int64 {
	indexes := []int64{0, size - 1}
	for edge := int64(tileWidth); edge < size && len(indexes) < maxSamples; edge += tileWidth {
		indexes = append(indexes, edge-1, edge)
	}
	step := size/maxSamples + 1
	for index := step; index < size; index += step {
		indexes = append(indexes, index)
	}
	return indexes
}
