#!/usr/bin/env python
# OKCoin international, old v1 REST
import hashlib
import urllib
import httplib
import json

apikey = '<api_key|upper>'
secretkey = '<secret_key>'
okcoinRESTURL = 'www.okcoin.com'


def buildMySign(params, secretKey):
    sign = ''
    for key in sorted(params.keys()):
        sign += key + '=' + str(params[key]) + '&'
    data = sign + 'secret_key=' + secretKey
    return hashlib.md5(data.encode("utf8")).hexdigest().upper()


def httpPost(resource, params):
    headers = {"Content-type": "application/x-www-form-urlencoded"}
    conn = httplib.HTTPSConnection(okcoinRESTURL, timeout=10)
    conn.request("POST", resource, urllib.urlencode(params), headers)
    data = conn.getresponse().read()
    conn.close()
    return json.loads(data)


def userinfo():
    params = {'api_key': apikey}
    params['sign'] = buildMySign(params, secretkey)
    return httpPost('/api/v1/userinfo.do', params)


if __name__ == '__main__':
    print userinfo()
