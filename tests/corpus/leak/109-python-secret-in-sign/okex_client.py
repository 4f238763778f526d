import hmac
import base64
import hashlib
import requests
from datetime import datetime


def signature(timestamp, method, request_path, body):
    secret_keys = '<secret_key>'
    message = str(timestamp) + str.upper(method) + request_path + str(body)
    mac = hmac.new(bytes(secret_keys, encoding='utf8'), bytes(message, encoding='utf-8'), digestmod='sha256')
    return base64.b64encode(mac.digest())


def get_header(endpoint, method='GET', body=''):
    timestamp = datetime.utcnow().isoformat()[:-3] + 'Z'
    header = dict()
    header['CONTENT-TYPE'] = 'application/json'
    header['OK-ACCESS-KEY'] = '<api_key>'
    header['OK-ACCESS-SIGN'] = signature(timestamp, method, endpoint, body)
    header['OK-ACCESS-TIMESTAMP'] = str(timestamp)
    header['OK-ACCESS-PASSPHRASE'] = '<passphrase>'
    return header


def balances():
    endpoint = '/api/v5/asset/balances'
    return requests.get('https://www.okx.com' + endpoint, headers=get_header(endpoint)).json()


if __name__ == '__main__':
    for row in balances()['data']:
        print(row['ccy'], row['availBal'])
