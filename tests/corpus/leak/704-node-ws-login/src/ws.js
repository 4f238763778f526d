'use strict';
const WebSocket = require('ws');
const crypto = require('crypto');

const creds = {
  key: '<api_key>',
  sec: '<secret_key>',
  phrase: '<passphrase>',
};

const ws = new WebSocket('wss://wspap.okx.com:8443/ws/v5/private?brokerId=9999'); // demo trading

function login() {
  const ts = Math.floor(Date.now() / 1000).toString();
  const sign = crypto
    .createHmac('sha256', creds.sec)
    .update(ts + 'GET' + '/users/self/verify')
    .digest('base64');
  ws.send(JSON.stringify({
    op: 'login',
    args: [{ apiKey: creds.key, passphrase: creds.phrase, timestamp: ts, sign }],
  }));
}

ws.on('open', login);
ws.on('message', (raw) => {
  const msg = JSON.parse(raw);
  if (msg.event === 'login' && msg.code === '0') {
    ws.send(JSON.stringify({ op: 'subscribe', args: [{ channel: 'orders', instType: 'SWAP' }] }));
    return;
  }
  if (msg.arg && msg.arg.channel === 'orders') {
    for (const o of msg.data) {
      console.log(o.instId, o.side, o.fillSz, o.avgPx, o.state);
    }
  }
});
ws.on('close', () => process.exit(1));
setInterval(() => ws.readyState === 1 && ws.send('ping'), 20000);
