from dydx3 import Client
from dydx3.constants import API_HOST_MAINNET, NETWORK_ID_MAINNET

# hedges the OKX perp leg
client = Client(
    network_id=NETWORK_ID_MAINNET,
    host=API_HOST_MAINNET,
    api_key_credentials={
        "key": "<uuid>",
        "secret": "<alnum40>",
        "passphrase": "<alnum20>",
    },
    default_ethereum_address="0x<hex40>",
)


def open_position(market="ETH-USD"):
    account = client.private.get_account().data["account"]
    return account["openPositions"].get(market)


if __name__ == "__main__":
    print(open_position())
