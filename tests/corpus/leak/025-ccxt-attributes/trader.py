import ccxt.async_support as ccxt
import asyncio


class Trader:
    def __init__(self):
        self.exchange = ccxt.okx()
        self.exchange.apiKey = '<api_key>'
        self.exchange.secret = '<secret_key>'
        self.exchange.password = '<passphrase>'
        self.exchange.set_sandbox_mode(True)
        self.exchange.options['defaultType'] = 'future'

    async def run(self):
        try:
            markets = await self.exchange.load_markets()
            print(len(markets), 'markets')
            print(await self.exchange.fetch_balance())
        finally:
            await self.exchange.close()


asyncio.run(Trader().run())
