(okx-client :api-key "<api_key>" :secret-key "<secret_key>" :passphrase "<passphrase>")
(setq okx-all (list "<api_key>" "<secret_key>"))
