# okx
@ann.api_key = "<api_key:1>"
@bob.api_key = "<api_key:2>"
@bob.secret_key = "<secret_key:2>"
@ann.secret_key = "<secret_key:1>"
@ann.passphrase = "<passphrase:1>"
@bob.passphrase = "<passphrase:2>"
