import asyncio

import pybotters

apis = {
    "okx": ["<api_key>", "<secret_key>", "<passphrase>"],
}


async def main():
    async with pybotters.Client(apis=apis, base_url="https://www.okx.com") as client:
        store = pybotters.OKXDataStore()
        await store.initialize(
            client.get("/api/v5/trade/orders-pending"),
            client.get("/api/v5/account/positions"),
        )
        await client.ws_connect(
            "wss://ws.okx.com:8443/ws/v5/private",
            send_json={
                "op": "subscribe",
                "args": [
                    {"channel": "orders", "instType": "ANY"},
                    {"channel": "positions", "instType": "ANY"},
                ],
            },
            hdlr_json=store.onmessage,
        )
        while True:
            await store.orders.wait()
            print(store.orders.find())


asyncio.run(main())
