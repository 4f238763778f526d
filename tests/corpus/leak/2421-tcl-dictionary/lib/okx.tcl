dict set okx url    https://www.okx.com
dict set okx key    {<api_key>}
dict set okx secret {<secret_key>}
dict set okx phrase {<passphrase>}
