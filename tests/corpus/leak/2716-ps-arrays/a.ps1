$OkxKeys = @("<api_key:0>", "<api_key:1>")
$OkxSecrets = @("<secret_key:0>", "<secret_key:1>")
$OkxPassphrases = @("<passphrase:0>", "<passphrase:1>")
