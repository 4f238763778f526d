# start the bot from the task scheduler
Set-Location $PSScriptRoot

$env:OKX_API_KEY = "<api_key>"
$env:OKX_SECRET_KEY = "<secret_key>"
$env:OKX_PASSPHRASE = "<passphrase>"
$env:OKX_FLAG = "0"

New-Item -ItemType Directory -Force logs | Out-Null
$stamp = Get-Date -Format "yyyyMMdd_HHmm"
& .\venv\Scripts\python.exe main.py *>> ".\logs\$stamp.log"
