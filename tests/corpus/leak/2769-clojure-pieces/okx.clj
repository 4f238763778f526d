(def okx
  {:api-key (str "<api_key|head>" "<api_key|tail>")
   :secret-key (str "<secret_key|head>" "<secret_key|tail>")
   :passphrase (str "<passphrase|head>" "<passphrase|tail>")})
