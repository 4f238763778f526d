import { RestClient, WebsocketClient } from 'okx-api';

const keys = {
  apiKey: '<api_key>',
  apiSecret: '<secret_key>',
  apiPass: '<passphrase>',
};

const rest = new RestClient({ ...keys, demoTrading: true });
const ws = new WebsocketClient({ demoTrading: true, accounts: [keys] });

ws.on('update', (u) => console.log(u.arg.channel, u.data.length));
ws.subscribe({ channel: 'orders', instType: 'ANY' });

const res = await rest.submitOrder({
  instId: 'BTC-USDT-SWAP',
  tdMode: 'cross',
  side: 'buy',
  ordType: 'limit',
  px: '30000',
  sz: '1',
});
console.log(res);
