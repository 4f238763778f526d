session = OkxSession(token="<uuid>", nonce="<hex32|upper>")
