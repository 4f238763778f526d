import asyncio
import json

from okx.websocket.WsPrivateAsync import WsPrivateAsync

URL = "wss://ws.okx.com:8443/ws/v5/private"

positions = {}


def on_message(raw):
    msg = json.loads(raw)
    if msg.get("event"):
        print(msg)
        return
    for p in msg.get("data", []):
        positions[p["instId"], p["posSide"]] = p
        print(p["instId"], p["pos"], p["avgPx"], p["upl"])


async def main():
    ws = WsPrivateAsync("<api_key>", "<passphrase>", "<secret_key>", URL)
    await ws.start()
    await ws.subscribe([{"channel": "positions", "instType": "ANY"}], callback=on_message)
    while True:
        await asyncio.sleep(30)


asyncio.run(main())
