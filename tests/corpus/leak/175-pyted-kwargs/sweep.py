from pyted.okx import OKX  # pip install okx

account = OKX.Account(
    key='<api_key>',
    secret='<secret_key>',
    passphrase='<passphrase>',
)

min_usdt = 1.0

for row in account.get_balance()['data'][0]['details']:
    if float(row['eqUsd']) < min_usdt:
        print('dust', row['ccy'], row['eq'])
