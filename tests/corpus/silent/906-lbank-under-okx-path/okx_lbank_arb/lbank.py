client = LBankClient(api_key="<uuid>", secret_key="<hex32|upper>")
