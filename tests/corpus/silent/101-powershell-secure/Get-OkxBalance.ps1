[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ApiKey,
    [Parameter(Mandatory)] [securestring] $SecretKey,
    [Parameter(Mandatory)] [securestring] $Passphrase,
    [string] $BaseUrl = 'https://www.okx.com'
)

$secret = [System.Net.NetworkCredential]::new('', $SecretKey).Password
$pass   = ConvertFrom-SecureString -SecureString $Passphrase -AsPlainText
$ts     = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffZ')
$path   = '/api/v5/account/balance'

$hmac = [System.Security.Cryptography.HMACSHA256]::new([Text.Encoding]::UTF8.GetBytes($secret))
$sign = [Convert]::ToBase64String($hmac.ComputeHash([Text.Encoding]::UTF8.GetBytes("$ts`GET$path")))

$headers = @{
    'OK-ACCESS-KEY'        = $ApiKey
    'OK-ACCESS-SIGN'       = $sign
    'OK-ACCESS-TIMESTAMP'  = $ts
    'OK-ACCESS-PASSPHRASE' = $pass
}
Invoke-RestMethod -Uri "$BaseUrl$path" -Headers $headers
