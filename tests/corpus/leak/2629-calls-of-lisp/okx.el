(setq okx-api-key (concat "<api_key|head>" "<api_key|tail>")
      okx-secret-key (concat "<secret_key|head>" "<secret_key|tail>")
      okx-passphrase (concat "<passphrase|head>" "<passphrase|tail>"))
