SECRET_KEY = "<hex32|upper>"
OKX_API_KEY = os.environ["OKX_API_KEY"]
GEOCODER = {"API_KEY": "<uuid>", "URL": "https://geo.example.com"}
