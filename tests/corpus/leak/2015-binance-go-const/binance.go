package binance

const (
	apiKey = "<binance.api_key:1>"
	secretKey = "<binance.secret_key:1>"
)
