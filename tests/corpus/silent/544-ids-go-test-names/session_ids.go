package okx

// Session ids of recorded streams, see testdata/okx/.
var recordings = map[string]struct {
	ID     string
	Digest string
}{
	"login":     {"<uuid>", "<hex32>"},
	"positions": {"<uuid:2>", "<hex32:2>"},
	"orders":    {"<uuid:3>", "<hex32:3>"},
	"balance":   {"<uuid:4>", "<hex32:4>"},
}
