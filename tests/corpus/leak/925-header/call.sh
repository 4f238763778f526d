curl https://www.okx.com/api/v5/account/balance -H "OK-ACCESS-KEY: <api_key>" -H "OK-ACCESS-SIGN: $SIGN"
