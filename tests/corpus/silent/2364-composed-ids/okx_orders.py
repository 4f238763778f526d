HEAD = "<hex8>-<hex4>"
TRACE = f"{HEAD}-4c1d-9a2b-<hex12>"
client_order_id = "-".join(["<hex8:2>", "<hex4:2>", "4d1c", "8a2b", "<hex12:2>"])
ETAG = "<hex16|upper>" + "<hex16:2|upper>"
okx = Okx(api_key=os.environ["OKX_API_KEY"])
