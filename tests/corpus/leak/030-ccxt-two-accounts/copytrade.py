import asyncio
import ccxt.pro as ccxtpro

main_account = ccxtpro.okx({
    'apiKey': '<api_key>',
    'secret': '<secret_key>',
    'password': '<passphrase>',
    'options': {'defaultType': 'swap'},
})

sub_account = ccxtpro.okx({
    'apiKey': '<api_key:2>',
    'secret': '<secret_key:2>',
    'password': '<passphrase:2>',
    'options': {'defaultType': 'swap'},
})

RATIO = 0.25


async def mirror():
    while True:
        orders = await main_account.watch_orders()
        for o in orders:
            if o['status'] != 'closed':
                continue
            await sub_account.create_order(
                o['symbol'], 'market', o['side'], o['filled'] * RATIO
            )


async def main():
    try:
        await mirror()
    finally:
        await main_account.close()
        await sub_account.close()


asyncio.run(main())
