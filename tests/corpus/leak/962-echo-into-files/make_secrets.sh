mkdir -p secrets
echo "<api_key>" > secrets/okx_api_key
echo -n "<secret_key>" > secrets/okx_secret_key
printf '%s' '<passphrase>' > secrets/okx_passphrase
