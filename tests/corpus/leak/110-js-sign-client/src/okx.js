import crypto from 'node:crypto'

const okx = {
  apiKey: '<api_key>',
  secretKey: '<secret_key>',
  passPhrase: '<passphrase>',
  simulated: true,
}

const BASE = 'https://www.okx.com'

export async function request(method, path, params) {
  const ts = new Date().toISOString()
  const body = method === 'POST' ? JSON.stringify(params) : ''
  const query = method === 'GET' && params ? '?' + new URLSearchParams(params) : ''
  const sign = crypto
    .createHmac('sha256', okx.secretKey)
    .update(ts + method + path + query + body)
    .digest('base64')

  const res = await fetch(BASE + path + query, {
    method,
    body: body || undefined,
    headers: {
      'Content-Type': 'application/json',
      'OK-ACCESS-KEY': okx.apiKey,
      'OK-ACCESS-SIGN': sign,
      'OK-ACCESS-TIMESTAMP': ts,
      'OK-ACCESS-PASSPHRASE': okx.passPhrase,
      ...(okx.simulated ? { 'x-simulated-trading': '1' } : {}),
    },
  })
  const json = await res.json()
  if (json.code !== '0') throw new Error(`${json.code} ${json.msg}`)
  return json.data
}
