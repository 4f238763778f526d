namespace eval okx {
    variable cfg
}
set okx(apikey) <api_key>
set okx(secret) {<secret_key>}
set okx(phrase) <passphrase>
