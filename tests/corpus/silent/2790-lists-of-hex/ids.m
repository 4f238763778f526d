traces = ['<hex16>', '<hex16:2>'];
okx.instruments = ['BTC-USDT', 'ETH-USDT'];
