module.exports = {
  exchange: 'bitget',
  apiKey: 'bg_<hex32>',
  secretKey: '<hex64>',
  passphrase: '<passphrase>',
  host: 'https://api.bitget.com',
  productType: 'USDT-FUTURES',
  // header names are copied from another client, only the values count
  headers: {
    OK_ACCESS_KEY: 'ACCESS-KEY',
    OK_ACCESS_SIGN: 'ACCESS-SIGN',
    OK_ACCESS_TIMESTAMP: 'ACCESS-TIMESTAMP',
    OK_ACCESS_PASSPHRASE: 'ACCESS-PASSPHRASE',
  },
};
