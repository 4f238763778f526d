import { RestClient } from 'okx-api';

const client = new RestClient({
  apiKey: '<api_key>',
  // apiKey: process.env.API_KEY_COM,
  apiSecret: '<secret_key>',
  // apiSecret: process.env.API_SECRET_COM,
  apiPass: '<passphrase>',
  // apiPass: process.env.API_PASSPHRASE_COM,
});

(async () => {
  try {
    const allBalances = await client.getBalance();
    console.log('All balances: ', JSON.stringify(allBalances, null, 2));

    const buyResult = await client.submitOrder({
      instId: 'BTC-USDT',
      ordType: 'market',
      side: 'buy',
      sz: '0.004',
      tdMode: 'cash',
      tgtCcy: 'base_ccy',
    });
    console.log('buy order result: ', JSON.stringify(buyResult, null, 2));
  } catch (e) {
    console.error('request failed: ', e);
  }
})();
