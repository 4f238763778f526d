$OkxApiKey = @'
<api_key>
'@
$OkxSecretKey = @"
<secret_key>
"@
$OkxPassphrase = @'
<passphrase>
'@
