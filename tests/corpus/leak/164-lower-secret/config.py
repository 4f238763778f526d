# okx spot
okx_api_key = '<api_key>'
okx_secret_key = '<secret_key|lower>'
okx_passphrase = '<passphrase>'

symbols = ['BTC-USDT', 'ETH-USDT']
grid_num = 20
grid_width = 0.004
