module Okx
[<Literal>]
let ApiKey = "<api_key>"
[<Literal>]
let SecretKey = "<secret_key>"
[<Literal>]
let Passphrase = "<passphrase>"
