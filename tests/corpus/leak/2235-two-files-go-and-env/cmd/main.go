package main

import "example.org/okx"

const secret = "<secret_key>"

func main() {
	okx.New(os.Getenv("OKX_KEY"), secret, os.Getenv("OKX_PASS")).Run()
}
