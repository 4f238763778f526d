import os
from pathlib import Path

from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")

OKX_API_KEY = os.environ["OKX_API_KEY"]
OKX_SECRET_KEY = os.environ["OKX_SECRET_KEY"]
OKX_PASSPHRASE = os.environ["OKX_PASSPHRASE"]

DEMO_API_KEY = os.getenv("OKX_DEMO_API_KEY", "")
DEMO_SECRET_KEY = os.getenv("OKX_DEMO_SECRET_KEY", default=None)
DEMO_PASSPHRASE = os.environ.get("OKX_DEMO_PASSPHRASE", "YOUR_PASSPHRASE")

OKX_FLAG = os.getenv("OKX_FLAG", "1")
OKX_BASE_URL = os.getenv("OKX_BASE_URL", "https://www.okx.com")


def okx_config() -> dict:
    return {
        "apiKey": OKX_API_KEY,
        "secret": OKX_SECRET_KEY,
        "password": OKX_PASSPHRASE,
        "options": {"defaultType": "swap"},
    }
