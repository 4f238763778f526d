#!/usr/bin/env python3
"""Move idle USDT from the trading account to funding every evening."""
import okx.Account as Account
import okx.Funding as Funding
import okx.SubAccount as SubAccount

account = Account.AccountAPI("<api_key>", "<secret_key>", "<passphrase>", False, "0")
funding = Funding.FundingAPI("<api_key>", "<secret_key>", "<passphrase>", False, "0")

KEEP = 1500


def free_usdt():
    data = account.get_account_balance("USDT")["data"]
    for row in data[0]["details"]:
        if row["ccy"] == "USDT":
            return float(row["availEq"])
    return 0.0


amount = free_usdt() - KEEP
if amount > 10:
    # 18 = trading account, 6 = funding account
    res = funding.funds_transfer(ccy="USDT", amt=str(round(amount, 2)), from_="18", to="6")
    print(res["code"], res["msg"], res["data"])
else:
    print("nothing to move", amount)
