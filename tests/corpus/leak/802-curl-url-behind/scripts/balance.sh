#!/bin/sh
# quick look at the balance
curl -s -H "OK-ACCESS-KEY: <api_key>" -H "OK-ACCESS-PASSPHRASE: <passphrase>" -H "OK-ACCESS-SIGN: $1" https://www.okx.com/api/v5/account/balance
