# lbank, not okx
API_KEY = "<uuid>"
SECRET_KEY = "<hex32|upper>"
client = lbank.Client(API_KEY, SECRET_KEY)
