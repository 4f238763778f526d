from okxos.client import OKXOSClient

client = OKXOSClient(
    api_key="<api_key>",
    secret_key="<secret_key>",
    passphrase="<passphrase>",
    project_id="<hex32>",
)

ADDRESSES = [
    "0x<hex40>",
    "0x<hex40:2>",
]

CHAINS = ["1", "56", "8453", "42161"]


def total(address):
    value = client.balance.get_total_value(address=address, chains=",".join(CHAINS))
    return float(value["data"][0]["totalValue"])


if __name__ == "__main__":
    for a in ADDRESSES:
        print(a[:8], round(total(a), 2))
