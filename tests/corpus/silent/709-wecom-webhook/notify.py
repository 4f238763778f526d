"""Push OKX fills to the WeCom group."""
import os
import requests

WEBHOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=<uuid>"

OKX_KEY = os.environ["OKX_API_KEY"]
OKX_SECRET = os.environ["OKX_SECRET_KEY"]
OKX_PASSPHRASE = os.environ["OKX_PASSPHRASE"]


def push(text):
    r = requests.post(WEBHOOK, json={"msgtype": "text", "text": {"content": text}}, timeout=5)
    r.raise_for_status()


def on_fill(fill):
    push(f"[OKX] {fill['instId']} {fill['side']} {fill['fillSz']} @ {fill['fillPx']}")
