"""OKX credentials come from Google Secret Manager."""
from functools import lru_cache

from google.cloud import secretmanager

OKX_API_KEY = "projects/123456789012/secrets/okx-api-key/versions/latest"
OKX_SECRET_KEY = "projects/123456789012/secrets/okx-secret-key/versions/3"
OKX_PASSPHRASE = "projects/123456789012/secrets/okx-passphrase/versions/latest"


@lru_cache
def _client():
    return secretmanager.SecretManagerServiceClient()


def fetch(name: str) -> str:
    return _client().access_secret_version(name=name).payload.data.decode()


def okx_credentials() -> dict[str, str]:
    return {
        "api_key": fetch(OKX_API_KEY),
        "secret_key": fetch(OKX_SECRET_KEY),
        "passphrase": fetch(OKX_PASSPHRASE),
    }
