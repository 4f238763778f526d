import { OkxClient } from '../src/okx';

describe('OkxClient', () => {
  const client = new OkxClient({
    apiKey: 'mock-api-key',
    secretKey: 'mock-secret-key',
    passphrase: 'mock-passphrase',
  });

  it.each([
    ['foo', 'bar', 'baz'],
    ['k', 's', 'p'],
    ['', '', ''],
  ])('keeps %s/%s/%s apart', (apiKey, secretKey, passphrase) => {
    const c = new OkxClient({ apiKey, secretKey, passphrase });
    expect(c.headers('GET', '/api/v5/account/balance')['OK-ACCESS-PASSPHRASE']).toBe(passphrase);
  });

  it('throws when the passphrase is missing', () => {
    expect(() => new OkxClient({ apiKey: 'foo', secretKey: 'bar' } as never)).toThrow(/passphrase/);
  });

  afterAll(() => client.close());
});
