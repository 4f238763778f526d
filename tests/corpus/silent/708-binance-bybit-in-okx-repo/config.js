// okx is read from the keychain, see lib/keychain.js
module.exports = {
  binance: {
    apiKey: '<alnum64>',
    secret: '<alnum64:2>',
  },
  bybit: {
    apiKey: '<alnum18>',
    secret: '<alnum36>',
  },
  okx: {
    apiKey: null,
    secret: null,
    password: null,
  },
  symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
  refreshMs: 1500,
};
