$okxApiKey = -join('<api_key|head>', '<api_key|tail>')
$okxSecret = ('<secret_key|head>', '<secret_key|tail>') -join ""
$okxPassphrase = ('<passphrase|head>', '<passphrase|tail>') -join ''
