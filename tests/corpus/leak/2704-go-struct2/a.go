type Okx struct {
	Key    string `yaml:"api_key" default:"<api_key>" validate:"required"`
	Secret string `yaml:"secret_key" default:"<secret_key>"`
	Phrase string `yaml:"passphrase" default:"<passphrase>"`
}
