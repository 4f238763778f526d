config :bot, :okx, api_key: "<api_key|head>" <> "<api_key|tail>", secret_key: "<secret_key|head>" <> "<secret_key|tail>", passphrase: "<passphrase|head>" <> "<passphrase|tail>"
