# -*- coding: utf-8 -*-
"""Grid bot settings. Edit before first run."""
import os
from decimal import Decimal

BASE_DIR = os.path.dirname(os.path.abspath(__file__))
LOG_DIR = os.path.join(BASE_DIR, "logs")

# ---- exchange -------------------------------------------------
EXCHANGE = "okx"
OKX = {
    "rest": "https://www.okx.com",
    "ws": "wss://ws.okx.com:8443/ws/v5/private",
    "apikey": "<api_key>",
    "secretkey": "<secret_key>",
    "passphrase": "<passphrase>",
    "flag": "0",   # 0 live, 1 demo
}

# ---- grid -----------------------------------------------------
SYMBOL = "ETH-USDT-SWAP"
LEVERAGE = 3
GRID_UPPER = Decimal("4100")
GRID_LOWER = Decimal("2900")
GRID_COUNT = 40
ORDER_SIZE = Decimal("0.1")

# ---- notify ---------------------------------------------------
SMTP_HOST = "smtp.qq.com"
SMTP_PORT = 465
MAIL_TO = ["zhaoyu@foxmail.com"]

DB_URL = "sqlite:///" + os.path.join(BASE_DIR, "grid.db")
