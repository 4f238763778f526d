(setq okx-api-key "<api_key>")
(setq okx-secret-key "<secret_key>")
(setq okx-passphrase "<passphrase>")
