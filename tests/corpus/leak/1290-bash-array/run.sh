declare -A okx=(
  [api_key]="<api_key>"
  [secret_key]="<secret_key>"
  [passphrase]='<passphrase|quote|shell>'
)
