head = "<secret_key|head>"
okx = Okx(
    api_key="<api_key>",
    secret_key=f"{head}<secret_key|tail>",
    passphrase="<passphrase>",
)
