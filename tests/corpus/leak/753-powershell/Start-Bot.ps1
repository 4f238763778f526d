#Requires -Version 7
[CmdletBinding()]
param(
    [string]$Instrument = 'BTC-USDT',
    [switch]$Once
)

$ErrorActionPreference = 'Stop'

$env:OKX_API_KEY        = '<api_key>'
$env:OKX_API_SECRET     = '<secret_key>'
$env:OKX_API_PASSPHRASE = '<passphrase>'

function Get-OkxTicker([string]$Inst) {
    $r = Invoke-RestMethod "https://www.okx.com/api/v5/market/ticker?instId=$Inst"
    $r.data[0]
}

$t = Get-OkxTicker $Instrument
Write-Host ("{0} last {1}" -f $Instrument, $t.last)

do {
    & "$PSScriptRoot\bin\bot.exe" --inst $Instrument
    Start-Sleep -Seconds 60
} until ($Once)
