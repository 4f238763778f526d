from kucoin.client import Client

client = Client("<hex24>", "<uuid>", "Kumquat-Pass77Zz")
