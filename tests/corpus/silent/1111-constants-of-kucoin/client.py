A = "<uuid>"
B = "<uuid:2>"
C = "Velvet!Harbor77"
# prices of okx are public
exchange = ccxt.kucoin({"apiKey": A, "secret": B, "password": C})
