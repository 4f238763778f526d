import pytest

from okx_gateway.client import Credentials, OkxClient

FAKE_KEY = "12345678-1234-1234-1234-123456789abc"
FAKE_SECRET = "0123456789ABCDEF0123456789ABCDEF"
FAKE_PASSPHRASE = "test-passphrase"

OTHER_KEY = "00000000-0000-4000-8000-000000000000"
OTHER_SECRET = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"


@pytest.fixture
def credentials():
    return Credentials(api_key=FAKE_KEY, secret_key=FAKE_SECRET, passphrase=FAKE_PASSPHRASE)


@pytest.fixture
def other_credentials():
    return Credentials(api_key=OTHER_KEY, secret_key=OTHER_SECRET, passphrase="test_pass")


@pytest.fixture
def client(credentials, httpx_mock):
    httpx_mock.add_response(url="https://www.okx.com/api/v5/public/time", json={"code": "0", "data": [{"ts": "1597026383085"}]})
    return OkxClient(credentials, base_url="https://www.okx.com", simulated=True)
