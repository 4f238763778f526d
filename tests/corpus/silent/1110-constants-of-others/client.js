const K = '<uuid>';
const S = '<hex32>';
const P = 'Velvet!Harbor77';
const okx = require('./okx-prices');
const vault = new VaultClient({ apiKey: K, secret: S, passphrase: P });
