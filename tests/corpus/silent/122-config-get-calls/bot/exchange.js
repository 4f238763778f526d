const config = require('config');
const nconf = require('nconf');
const { RestClient } = require('okx-api');

nconf.env('__').file({ file: 'config.json' });

function makeClient(account) {
  return new RestClient({
    apiKey: config.get('okx.apiKey'),
    apiSecret: config.get('okx.apiSecret'),
    apiPass: config.get('okx.passphrase'),
  });
}

function makeSubClient(name) {
  const apiKey = nconf.get(`okx:${name}:apiKey`);
  const apiSecret = nconf.get(`okx:${name}:apiSecret`);
  const apiPass = nconf.get('okx:' + name + ':passphrase') || '';
  return new RestClient({ apiKey, apiSecret, apiPass });
}

async function fromVault(vault) {
  const { data: { data } } = await vault.read('kv/data/okx');
  const { api_key: apiKey, secret_key: apiSecret, passphrase: apiPass } = data;
  return new RestClient({ apiKey, apiSecret, apiPass });
}

module.exports = { makeClient, makeSubClient, fromVault };
