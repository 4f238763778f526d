from okx.Account import AccountAPI

api_key = "<api_key>"
secret_key = "<secret_key>"
passphrase = "<passphrase>"
account = AccountAPI(api_key, secret_key, passphrase)
geocoder = Geocoder(token="<uuid>")
