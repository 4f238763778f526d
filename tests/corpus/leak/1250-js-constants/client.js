const { RestClient } = require('okx-api');

const K = '<api_key>';
const S = '<secret_key>';
const P = '<passphrase>';

const client = new RestClient({ apiKey: K, apiSecret: S, apiPass: P });
