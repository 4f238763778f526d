OKX = """
<okx>
  <apiKey><api_key></apiKey>
  <secretKey><secret_key></secretKey>
  <passphrase><passphrase></passphrase>
</okx>
"""
