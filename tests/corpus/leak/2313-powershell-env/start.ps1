$env:OKX_API_KEY = "<api_key>"
$env:OKX_API_SECRET = '<secret_key>'
$env:OKX_API_PASSPHRASE = '<passphrase>'
python .\bot.py
