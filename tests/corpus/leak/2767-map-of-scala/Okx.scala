val okx = Map(
  "apiKey" -> ("<api_key|head>" + "<api_key|tail>"),
  "secretKey" -> ("<secret_key|head>" + "<secret_key|tail>"),
  "passphrase" -> ("<passphrase|head>" + "<passphrase|tail>"))
