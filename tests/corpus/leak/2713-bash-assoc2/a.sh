declare -A KEYS SECRETS PASSES
# okx
OKX_KEYS=([ann]="<api_key:0>" [bob]="<api_key:1>")
OKX_SECRETS=([bob]="<secret_key:1>" [ann]="<secret_key:0>")
OKX_PASSPHRASES=([bob]="<passphrase:1>" [ann]="<passphrase:0>")
