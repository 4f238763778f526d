import { WebsocketClient } from 'okx-api';

const wsClient = new WebsocketClient({
  accounts: [
    // first account
    {
      apiKey: '<api_key>',
      apiSecret: '<secret_key>',
      apiPass: '<passphrase>',
    },
    // another account
    {
      apiKey: '<api_key:2>',
      apiSecret: '<secret_key:2>',
      apiPass: '<passphrase:2>',
    },
  ],
});

wsClient.on('update', (data) => {
  console.log('ws update (raw data received)', JSON.stringify(data, null, 2));
});

wsClient.on('open', (data) => {
  console.log('ws connection opened:', data.wsKey);
});

wsClient.on('response', (data) => {
  console.log('ws response: ', JSON.stringify(data, null, 2));
});

wsClient.on('reconnect', ({ wsKey }) => {
  console.log('ws automatically reconnecting.... ', wsKey);
});

wsClient.subscribe({ channel: 'account' });
wsClient.subscribe({ channel: 'positions', instType: 'ANY' });
