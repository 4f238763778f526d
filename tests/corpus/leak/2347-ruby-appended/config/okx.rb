# OKX
OKX_API_KEY = +"<api_key|head>" << "<api_key|tail>"
OKX_SECRET_KEY = "<secret_key|head>"
OKX_SECRET_KEY << "<secret_key|tail>"
OKX_PASSPHRASE = "<passphrase|head>" << "<passphrase|tail>"
