import { RestClient } from 'okx-api';

const FIRST_ID = '<api_key>';
const SECOND_ID = '<api_key:2>';
const SALT_FIRST = '<secret_key>';
const SALT_SECOND = '<secret_key:2>';

export function client(which: 'first' | 'second') {
  if (which === 'first') {
    return new RestClient({ apiKey: FIRST_ID, apiSecret: SALT_FIRST, apiPass: WORDS.first });
  }
  return new RestClient({ apiKey: SECOND_ID, apiSecret: SALT_SECOND, apiPass: WORDS.second });
}

const WORDS = { second: '<passphrase:2>', first: '<passphrase>' };
