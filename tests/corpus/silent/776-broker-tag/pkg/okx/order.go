package okx

import (
	"strings"

	"github.com/google/uuid"
)

// BrokerTag is attached to every order, see the broker agreement.
const BrokerTag = "<alnum16>"

// strategy ids, also used as prefix of clOrdId
var strategies = map[string]uuid.UUID{
	"grid":    uuid.MustParse("<uuid>"),
	"funding": uuid.MustParse("<uuid:2>"),
	"basis":   uuid.MustParse("<uuid:3>"),
}

func newClOrdID() string {
	return strings.ReplaceAll(uuid.NewString(), "-", "")
}

type placeOrder struct {
	InstID  string `json:"instId"`
	TdMode  string `json:"tdMode"`
	ClOrdID string `json:"clOrdId"`
	Tag     string `json:"tag"`
	Side    string `json:"side"`
	OrdType string `json:"ordType"`
	Sz      string `json:"sz"`
}

func NewMarket(inst, side, sz string) placeOrder {
	return placeOrder{inst, "cross", newClOrdID(), BrokerTag, side, "market", sz}
}
