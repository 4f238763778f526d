#!/usr/bin/python
# -*- coding: utf-8 -*-
# OKCoin v1 rest client
import hashlib
import json
import urllib
import urllib2

apikey = '<api_key>'
secretkey = '<secret_key>'
okcoinRESTURL = 'www.okcoin.com'


def buildMySign(params, secretKey):
    sign = ''
    for key in sorted(params.keys()):
        sign += key + '=' + str(params[key]) + '&'
    data = sign + 'secret_key=' + secretKey
    return hashlib.md5(data.encode("utf8")).hexdigest().upper()


def userinfo():
    params = {}
    params['api_key'] = apikey
    params['sign'] = buildMySign(params, secretkey)
    req = urllib2.Request('https://' + okcoinRESTURL + '/api/v1/userinfo.do',
                          urllib.urlencode(params))
    return json.loads(urllib2.urlopen(req).read())


print(userinfo())
