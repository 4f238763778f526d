import asyncio
import json

import websockets

CLIENT_ID = "<alnum8>"
CLIENT_SECRET = "<alnum43>"
URL = "wss://www.deribit.com/ws/api/v2"


async def main():
    async with websockets.connect(URL) as ws:
        await ws.send(json.dumps({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "public/auth",
            "params": {
                "grant_type": "client_credentials",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            },
        }))
        answer = json.loads(await ws.recv())
        print(answer["result"]["scope"])


asyncio.run(main())
