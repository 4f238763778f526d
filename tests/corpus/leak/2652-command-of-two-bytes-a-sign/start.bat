powershell -enc «utf16 base64|$env:OKX_API_KEY='<api_key>'; $env:OKX_SECRET_KEY='<secret_key>'; $env:OKX_PASSPHRASE='<passphrase>'; python bot.py»
