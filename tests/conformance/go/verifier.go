package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

const (
	algorithmEd25519     = 0x01
	algorithmCosignature = 0x04
)

// cosigner verifies cosignature/v1 lines, which golang.org/x/mod does not know.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.id }

func (c cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), text...)
	return at > 0 && ed25519.Verify(c.key, message, sig[8:])
}

// newVerifier takes vkeys of type 01, by Go's package, and of type 04.
func newVerifier(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("not three parts")
	}
	name := parts[0]
	key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize {
		return nil, fmt.Errorf("not a type and a key of 32 bytes")
	}
	digest := sha256.Sum256(append([]byte(name+"\n"), key...))
	// Go reads the id in any case; the format has one.
	if fmt.Sprintf("%x", digest[:4]) != parts[1] {
		return nil, fmt.Errorf("the id is not the one of this name and key")
	}
	switch key[0] {
	case algorithmEd25519:
		return note.NewVerifier(vkey)
	case algorithmCosignature:
		return cosigner{name, binary.BigEndian.Uint32(digest[:4]), ed25519.PublicKey(key[1:])}, nil
	}
	return nil, fmt.Errorf("type %#02x", key[0])
}
