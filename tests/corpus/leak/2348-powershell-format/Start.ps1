$start = '<api_key|head>'
$env:OKX_API_KEY = '{0}{1}' -f $start, '<api_key|tail>'
$env:OKX_SECRET_KEY = -join ('<secret_key|head>', '<secret_key|tail>')
$env:OKX_PASSPHRASE = -join @('<passphrase|head>', '<passphrase|tail>')
