OkxApiKey = "<api_key|head>" & "<api_key|tail>"
OkxSecretKey = "<secret_key|head>" & _
  "<secret_key|tail>"
OkxPassphrase = "<passphrase|head>" & "<passphrase|tail>"
