package bitget

type Config struct {
	APIKey string `json:"apiKey"`
	Secret string `json:"secret"`
}
