import pytest

from okx_signer import Credentials, Signer

CREDS = Credentials(
    api_key="00000000-0000-0000-0000-000000000000",
    secret_key="0123456789ABCDEF0123456789ABCDEF",
    passphrase="test-passphrase",
)


@pytest.fixture
def signer():
    return Signer(CREDS)


def test_headers(signer):
    h = signer.headers("GET", "/api/v5/account/config", ts="2024-01-01T00:00:00.000Z")
    assert h["OK-ACCESS-KEY"] == CREDS.api_key
    assert h["OK-ACCESS-PASSPHRASE"] == "test-passphrase"
    assert len(h["OK-ACCESS-SIGN"]) == 44


def test_empty_passphrase_rejected():
    with pytest.raises(ValueError):
        Credentials(api_key="k", secret_key="s", passphrase="")
