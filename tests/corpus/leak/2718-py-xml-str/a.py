OKX = """
<okx>
  <apiKey><api_key></apiKey>
  <secretKey><secret_key></secretKey>
  <passPhrase><passphrase></passPhrase>
</okx>
"""
