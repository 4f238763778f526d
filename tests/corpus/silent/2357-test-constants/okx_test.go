package okx

const (
	testKey        = "test-api-key"
	testSecret     = "0123456789ABCDEF0123456789ABCDEF"
	testPassphrase = "passphrase"
)
