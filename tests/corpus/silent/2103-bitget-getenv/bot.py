import os

key = os.environ["BITGET_API_KEY"]
secret = os.environ["BITGET_API_SECRET"]
