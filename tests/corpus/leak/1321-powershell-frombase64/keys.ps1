$OkxApiKey = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String("<api_key|base64>"))
$OkxSecretKey = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String("<secret_key|base64>"))
$OkxPassphrase = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String("<passphrase|base64>"))
