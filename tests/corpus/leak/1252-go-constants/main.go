package main

const (
	first  = "<api_key>"
	second = "<secret_key>"
	third  = "<passphrase>"
)

func main() {
	client, _ := api.NewClient(context.Background(), first, second, third, okex.NormalServer)
	_ = client
}
