"""OKX v5 authentication errors."""

ERRORS = {
    "50100": "API frozen, please contact customer service",
    "50101": "APIKey does not match current environment",
    "50102": "Timestamp request expired",
    "50103": "Request header 'OK-ACCESS-KEY' can't be empty",
    "50104": "Request header 'OK-ACCESS-PASSPHRASE' can't be empty",
    "50105": "Request header 'OK-ACCESS-PASSPHRASE' incorrect",
    "50106": "Request header 'OK-ACCESS-SIGN' can't be empty",
    "50107": "Request header 'OK-ACCESS-TIMESTAMP' can't be empty",
    "50111": "Invalid OK-ACCESS-KEY",
    "50113": "Invalid signature",
    "50119": "API key doesn't exist",
    "59505": "Passphrase format invalid: 8-32 characters",
}

PASSPHRASE_MISSING = "passphrase: missing"
SECRET_KEY_INVALID = "secretKey: expected 32 characters [0-9A-F]"
API_KEY_INVALID = "apiKey: expected UUID"


def explain(code: str, passphrase: str | None = None) -> str:
    if code == "50105" and passphrase is None:
        return PASSPHRASE_MISSING
    return ERRORS.get(code, f"unknown error {code}")
