UPDATE okx_accounts SET api_key = trim('<api_key>'), secret_key = AES_ENCRYPT('<secret_key>', @k), passphrase = AES_ENCRYPT('<passphrase>', @k) WHERE id = 4;
