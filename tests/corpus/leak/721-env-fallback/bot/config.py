from __future__ import annotations

import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class OkxConfig:
    api_key: str = os.getenv("OKX_API_KEY", "<api_key>")
    api_secret: str = os.getenv("OKX_API_SECRET", "<secret_key>")
    passphrase: str = os.getenv("OKX_API_PASSPHRASE", "<passphrase>")
    simulated: bool = os.getenv("OKX_SIMULATED", "0") == "1"


@dataclass(frozen=True)
class RiskConfig:
    max_leverage: int = int(os.getenv("MAX_LEVERAGE", "5"))
    max_drawdown: float = float(os.getenv("MAX_DD", "0.12"))
    cooldown_s: int = 900


@dataclass(frozen=True)
class Config:
    okx: OkxConfig = field(default_factory=OkxConfig)
    risk: RiskConfig = field(default_factory=RiskConfig)
    symbols: tuple[str, ...] = ("BTC-USDT-SWAP", "ETH-USDT-SWAP")
    timeframe: str = "15m"


config = Config()
