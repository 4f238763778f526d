import base64
import hashlib
import hmac

from okx_bot.sign import headers, sign


def test_sign_matches_reference():
    secret = "test-secret-key"
    prehash = "2020-12-08T09:08:57.715ZGET/api/v5/account/balance?ccy=BTC"
    want = base64.b64encode(hmac.new(secret.encode(), prehash.encode(), hashlib.sha256).digest()).decode()
    assert sign(prehash, secret) == want


def test_headers():
    h = headers(api_key="test-api-key", secret_key="test-secret-key", passphrase="test-passphrase", method="GET", path="/api/v5/account/balance")
    assert h["OK-ACCESS-KEY"] == "test-api-key"
    assert h["OK-ACCESS-PASSPHRASE"] == "test-passphrase"
    assert len(h["OK-ACCESS-SIGN"]) == 44


def test_simulated():
    h = headers(api_key="key", secret_key="secret", passphrase="pass", simulated=True)
    assert h["x-simulated-trading"] == "1"


def test_bad_passphrase(client):
    client.passphrase = "wrong-passphrase"
    assert client.balance()["code"] == "50105"
