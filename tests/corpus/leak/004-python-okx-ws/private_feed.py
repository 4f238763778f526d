import asyncio
import json

from okx.websocket.WsPrivateAsync import WsPrivateAsync


def on_message(message):
    payload = json.loads(message)
    if payload.get("event"):
        print("event", payload)
        return
    for row in payload.get("data", []):
        print(row.get("instId"), row.get("state"), row.get("fillSz"))


async def main():
    url = "wss://wspap.okx.com:8443/ws/v5/private?brokerId=9999"
    ws = WsPrivateAsync(
        "<api_key>",
        "<passphrase>",
        "<secret_key>",
        url,
        False,
    )
    await ws.start()
    args = [
        {"channel": "orders", "instType": "ANY"},
        {"channel": "account", "ccy": "USDT"},
    ]
    await ws.subscribe(args, callback=on_message)
    while True:
        await asyncio.sleep(30)


if __name__ == "__main__":
    asyncio.run(main())
