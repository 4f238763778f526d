"""Runtime settings for the funding rate arbitrage worker."""
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent

OKX_API_KEY = os.getenv("OKX_API_KEY", "<api_key>")
OKX_API_SECRET = os.getenv("OKX_API_SECRET", "<secret_key>")
OKX_PASSPHRASE = os.getenv("OKX_PASSPHRASE", "<passphrase>")
OKX_FLAG = os.getenv("OKX_FLAG", "0")

MIN_RATE = float(os.getenv("MIN_RATE", "0.0004"))
MAX_POSITION_USD = int(os.getenv("MAX_POSITION_USD", "25000"))
SYMBOLS = os.getenv("SYMBOLS", "BTC,ETH,SOL").split(",")

DATABASE_URL = os.getenv("DATABASE_URL", f"sqlite:///{BASE_DIR / 'funding.db'}")
REDIS_URL = os.getenv("REDIS_URL", "redis://redis:6379/2")
SENTRY_DSN = os.getenv("SENTRY_DSN", "")
