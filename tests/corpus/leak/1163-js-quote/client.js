const { RestClient } = require('okx-api');
const client = new RestClient({
  apiKey: '<api_key>',
  apiSecret: '<secret_key>',
  apiPass: '<passphrase|quote|slashquote>',
});
