printf "<api_key>" | tee /run/secrets/okx_api_key
printf "<secret_key>" | docker secret create okx_secret_key -
printf "<passphrase>" | docker secret create okx_passphrase -
