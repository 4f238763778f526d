package binance

type Config struct {
	APIKey string `json:"apiKey"`
	Secret string `json:"secret"`
}
