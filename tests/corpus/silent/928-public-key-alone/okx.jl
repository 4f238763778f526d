client = OkexClient(; base_url = "https://www.okex.com", public_key = "<uuid>", session = "<hex32|upper>")
