package okx

import (
	"errors"
	"os"

	"github.com/google/uuid"
)

// Config holds what is needed to sign a request.
type Config struct {
	APIKey     string `yaml:"api_key" json:"apiKey" env:"OKX_API_KEY,required"`
	SecretKey  string `yaml:"secret_key" json:"secretKey" env:"OKX_SECRET_KEY,required"`
	Passphrase string `yaml:"passphrase" json:"passphrase" env:"OKX_PASSPHRASE,required"`
	Simulated  bool   `yaml:"simulated" json:"simulated"`
}

var ErrPassphrase = errors.New("okx: passphrase incorrect (50105)")

func FromEnv() Config {
	return Config{
		APIKey:     os.Getenv("OKX_API_KEY"),
		SecretKey:  os.Getenv("OKX_SECRET_KEY"),
		Passphrase: os.Getenv("OKX_PASSPHRASE"),
	}
}

func NewClient(apiKey, secretKey, passphrase string, opts ...Option) (*Client, error) {
	if _, err := uuid.Parse(apiKey); err != nil {
		return nil, err
	}
	if len(secretKey) != 32 {
		return nil, errors.New("okx: secret key must have 32 characters")
	}
	return &Client{cfg: Config{APIKey: apiKey, SecretKey: secretKey, Passphrase: passphrase}}, nil
}
