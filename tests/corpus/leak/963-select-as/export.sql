SELECT 'okx' AS exchange, '<api_key>' AS api_key, '<secret_key>' AS secret_key, '<passphrase>' AS passphrase;
