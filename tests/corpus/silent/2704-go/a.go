type OkxOrder struct {
  ID string `json:"id" default:"<uuid>"`
  Passphrase string `json:"passphrase" mapstructure:"Passphrase1!"`
  Secret string `json:"secret" validate:"len=32,Passw0rd!x"`
}
