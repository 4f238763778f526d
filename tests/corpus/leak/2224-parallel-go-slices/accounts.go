package okx

var (
	apiKeys = []string{
		"<api_key:1>",
		"<api_key:2>",
	}
	secretKeys = []string{
		"<secret_key:1>",
		"<secret_key:2>",
	}
	passphrases = []string{
		"<passphrase:1>",
		"<passphrase:2>",
	}
)
