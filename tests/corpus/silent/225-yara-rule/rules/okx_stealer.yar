import "hash"

rule okx_api_key_stealer
{
    meta:
        description = "Looks for OKX api key, secret key and passphrase in .env files"
        reference = "<uuid>"
        md5 = "<hex32|upper>"
        hash1 = "<hex64>"
    strings:
        $a = "OKX_API_KEY=" ascii
        $b = "OKX_SECRET_KEY=" ascii
        $c = "OKX_PASSPHRASE=" ascii
        $uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/
        $hex = /[0-9A-F]{32}/
    condition:
        all of ($a, $b, $c) and ($uuid or $hex) or hash.md5(0, filesize) == "<hex32>"
}
