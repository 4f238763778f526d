#!/usr/bin/env python3
import argparse
import os


def parse_args():
    parser = argparse.ArgumentParser(description="OKX withdrawal report")
    parser.add_argument("--api-key", metavar="KEY", default=os.environ.get("OKX_API_KEY"), help="api key, looks like 37c541a1-****-****-****-10fe7a038418")
    parser.add_argument("--secret-key", metavar="SECRET", default=os.environ.get("OKX_SECRET_KEY"), help="secret key (default: $OKX_SECRET_KEY)")
    parser.add_argument("--passphrase", metavar="PASS", default=None, help="passphrase: 8-32 characters, e.g. upper, lower, digit and special")
    parser.add_argument("--site", choices=("global", "eea", "us"), default="global")
    args = parser.parse_args()
    if not args.api_key or not args.secret_key or not args.passphrase:
        parser.error("api key, secret key and passphrase are needed")
    return args


def main():
    args = parse_args()
    api_key, secret_key, passphrase = args.api_key, args.secret_key, args.passphrase
    from okx import Funding
    funding = Funding.FundingAPI(api_key, secret_key, passphrase, False, "0")
    for row in funding.get_withdrawal_history()["data"]:
        print(row["wdId"], row["ccy"], row["amt"], row["state"])


if __name__ == "__main__":
    main()
