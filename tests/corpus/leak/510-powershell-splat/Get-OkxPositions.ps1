#Requires -Version 7
[CmdletBinding()]
param(
    [ValidateSet('SWAP','FUTURES','MARGIN')]
    [string]$InstType = 'SWAP'
)

$cfg = @{
    ApiKey     = '<api_key>'
    ApiSecret  = '<secret_key>'
    PassPhrase = '<passphrase>'
    BaseUri    = 'https://www.okx.com'
}

function Get-Signature([string]$Prehash, [string]$Secret) {
    $h = [System.Security.Cryptography.HMACSHA256]::new([Text.Encoding]::UTF8.GetBytes($Secret))
    [Convert]::ToBase64String($h.ComputeHash([Text.Encoding]::UTF8.GetBytes($Prehash)))
}

$path = "/api/v5/account/positions?instType=$InstType"
$ts   = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffZ')

$headers = @{
    'OK-ACCESS-KEY'        = $cfg.ApiKey
    'OK-ACCESS-TIMESTAMP'  = $ts
    'OK-ACCESS-SIGN'       = Get-Signature "${ts}GET$path" $cfg.ApiSecret
    'OK-ACCESS-PASSPHRASE' = $cfg.PassPhrase
}

(Invoke-RestMethod -Uri ($cfg.BaseUri + $path) -Headers $headers).data |
    Select-Object instId, pos, avgPx, upl | Format-Table
