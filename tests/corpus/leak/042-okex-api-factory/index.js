const createOkex = require('okex-api');
const { V5 } = createOkex;

const key = '<api_key>';
const secret = '<secret_key>';
const passphrase = '<passphrase>';

async function run() {
  const http = new V5.HttpApi(key, secret, passphrase);
  const ws = V5.createWebsocket(key, secret, passphrase);

  ws.on('open', () => ws.subscribe({ channel: 'orders', instType: 'SWAP' }));
  ws.on('orders', (o) => console.log('%s %s %s', o.instId, o.side, o.state));

  const positions = await http.get('/api/v5/account/positions');
  positions.forEach((p) => console.log(p.instId, p.pos, p.upl));
}

run().catch((err) => {
  console.error(err);
  process.exit(1);
});
