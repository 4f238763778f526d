Import-Module Microsoft.PowerShell.SecretManagement

$Okx = @{
    ApiKey     = Get-Secret -Name OkxApiKey -Vault Local -AsPlainText
    SecretKey  = (Get-StoredCredential -Target 'okx/secret').GetNetworkCredential().Password
    Passphrase = Read-Host -Prompt 'OKX passphrase' -MaskInput
    BaseUri    = $env:OKX_BASE_URL
}
$Tenant = '<uuid>'
Connect-AzAccount -TenantId $Tenant | Out-Null
