import { RestClient } from 'okx-api';

export const client = new RestClient({
  apiKey: live ? '<api_key>' : undefined,
  apiSecret: live ? '<secret_key>' : undefined,
  apiPass: live ? '<passphrase>' : undefined,
});
