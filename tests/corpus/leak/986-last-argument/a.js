const paper = new OkxClient('<api_key>', '<secret_key>', '<passphrase>', 'demo');
const main = new OkxClient('<api_key:2>', '<secret_key:2>', '<passphrase:2>', 'live');
