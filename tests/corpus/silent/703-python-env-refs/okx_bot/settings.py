import os

from dotenv import load_dotenv

load_dotenv()

OKX_API_KEY = os.environ["OKX_API_KEY"]
OKX_SECRET_KEY = os.environ["OKX_SECRET_KEY"]
OKX_PASSPHRASE = os.environ.get("OKX_PASSPHRASE", "")
OKX_FLAG = os.getenv("OKX_FLAG", "1")

if not (OKX_API_KEY and OKX_SECRET_KEY and OKX_PASSPHRASE):
    raise SystemExit("OKX_API_KEY, OKX_SECRET_KEY and OKX_PASSPHRASE must be set")

BASE_URL = "https://www.okx.com"
SYMBOLS = ["BTC-USDT-SWAP", "ETH-USDT-SWAP"]
STATE_FILE = os.path.expanduser("~/.local/state/okx-bot/state.json")
