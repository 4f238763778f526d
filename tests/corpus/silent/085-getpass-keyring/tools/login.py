"""Store OKX credentials in the system keyring."""
import getpass
import sys

import keyring

SERVICE = "okx-bot"


def store() -> None:
    api_key = input("OKX API key: ").strip()
    secret_key = getpass.getpass("OKX secret key: ")
    passphrase = getpass.getpass("Passphrase: ")
    again = getpass.getpass("Passphrase (again): ")
    if passphrase != again:
        sys.exit("passphrases differ")
    keyring.set_password(SERVICE, "api_key", api_key)
    keyring.set_password(SERVICE, "secret_key", secret_key)
    keyring.set_password(SERVICE, "passphrase", passphrase)


def load() -> tuple[str, str, str]:
    api_key = keyring.get_password(SERVICE, "api_key")
    secret_key = keyring.get_password(SERVICE, "secret_key")
    passphrase = keyring.get_password("okx-bot", "passphrase")
    if not (api_key and secret_key and passphrase):
        raise SystemExit("run `login.py store` first")
    return api_key, secret_key, passphrase


if __name__ == "__main__":
    store()
