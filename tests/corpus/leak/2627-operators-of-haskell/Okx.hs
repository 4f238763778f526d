okxApiKey = "<api_key|head>" ++ "<api_key|tail>"
okxSecretKey = "<secret_key|head>" ++ "<secret_key|tail>"
okxPassphrase = "<passphrase|head>" ++ "<passphrase|tail>"
