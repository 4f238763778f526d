const crypto = require('crypto')
const express = require('express')
const axios = require('axios')
const WebSocket = require('ws')

const app = express()
app.use(express.json())

const OKX_API_KEY = '<api_key>'

const state = { balance: {}, positions: [], connected: false }

function log(...args) {
  console.log(new Date().toISOString(), ...args)
}

app.get('/state', (req, res) => {
  res.json(state)
})

app.get('/health', (req, res) => {
  res.status(state.connected ? 200 : 503).end()
})

app.post('/order', async (req, res) => {
  const { inst, side, size } = req.body
  if (!inst || !['buy', 'sell'].includes(side) || !(Number(size) > 0)) {
    return res.status(400).json({ error: 'bad request' })
  }
  try {
    const out = await rest('POST', '/api/v5/trade/order', {
      instId: inst,
      tdMode: 'cross',
      side,
      ordType: 'market',
      sz: String(size),
    })
    res.json(out)
  } catch (err) {
    log('order', err.message)
    res.status(502).json({ error: err.message })
  }
})

function sign(text) {
  const OKX_API_SECRET = '<secret_key>'
  return crypto.createHmac('sha256', OKX_API_SECRET).update(text).digest('base64')
}

async function rest(method, path, payload) {
  const ts = new Date().toISOString()
  const body = payload ? JSON.stringify(payload) : ''
  const { data } = await axios({
    method,
    url: 'https://www.okx.com' + path,
    data: body || undefined,
    headers: {
      'Content-Type': 'application/json',
      'OK-ACCESS-KEY': OKX_API_KEY,
      'OK-ACCESS-SIGN': sign(ts + method + path + body),
      'OK-ACCESS-TIMESTAMP': ts,
      'OK-ACCESS-PASSPHRASE': pass(),
    },
  })
  if (data.code !== '0') throw new Error(data.code + ' ' + data.msg)
  return data.data
}

function connect() {
  const ws = new WebSocket('wss://ws.okx.com:8443/ws/v5/private')
  ws.on('open', () => {
    const ts = String(Math.floor(Date.now() / 1000))
    ws.send(JSON.stringify({
      op: 'login',
      args: [{
        apiKey: OKX_API_KEY,
        passphrase: pass(),
        timestamp: ts,
        sign: sign(ts + 'GET/users/self/verify'),
      }],
    }))
  })
  ws.on('message', (raw) => {
    if (String(raw) === 'pong') return
    const msg = JSON.parse(raw)
    if (msg.event === 'login') {
      state.connected = true
      ws.send(JSON.stringify({
        op: 'subscribe',
        args: [{ channel: 'account' }, { channel: 'positions', instType: 'ANY' }],
      }))
    }
    if (msg.arg && msg.arg.channel === 'account' && msg.data) {
      for (const d of msg.data[0].details) state.balance[d.ccy] = Number(d.eq)
    }
    if (msg.arg && msg.arg.channel === 'positions' && msg.data) {
      state.positions = msg.data.map((p) => ({ inst: p.instId, pos: p.pos, upl: p.upl }))
    }
  })
  const timer = setInterval(() => ws.readyState === 1 && ws.send('ping'), 20000)
  ws.on('close', () => {
    clearInterval(timer)
    state.connected = false
    setTimeout(connect, 2000)
  })
  ws.on('error', (err) => log('ws', err.message))
}

function pass() {
  const OKX_PASSPHRASE = '<passphrase>'
  return OKX_PASSPHRASE
}

connect()
app.listen(3000, () => log('listening'))
