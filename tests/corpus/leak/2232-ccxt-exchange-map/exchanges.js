const ccxt = require('ccxt');

module.exports = {
  binance: new ccxt.binance({
    apiKey: 'WoFP3y9cwpWtn2',
    secret: 'replace-me',
  }),
  okx: new ccxt.okx({
    apiKey: '<api_key>',
    secret: '<secret_key>',
    password: '<passphrase>',
  }),
};
