import ccxt from 'ccxt';

const mine = { one: '<api_key>', two: '<secret_key>', three: '<passphrase>' };

export const exchange = new ccxt.okx({
  apiKey: mine.one,
  secret: mine.two,
  password: mine.three,
});
