echo '<api_key:1>' | pass insert -e okx/api-key
echo '<secret_key:1>' | pass insert -e okx/secret-key
echo '<passphrase:1>' | pass insert -e okx/passphrase
