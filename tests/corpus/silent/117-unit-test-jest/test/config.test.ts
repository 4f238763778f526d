import { loadConfig } from '../src/config';

describe('okx config', () => {
  const saved = { ...process.env };
  afterEach(() => { process.env = { ...saved }; });

  it('reads the environment', () => {
    process.env.OKX_API_KEY = 'myapikey';
    process.env.OKX_SECRET_KEY = 'mysecret';
    process.env.OKX_PASSPHRASE = 'mypass';
    expect(loadConfig()).toMatchObject({ apiKey: 'myapikey', secretKey: 'mysecret', passphrase: 'mypass' });
  });

  it('prefers the profile', () => {
    const toml = `
[profiles.demo]
api_key = "demo-key"
secret_key = "demo-secret"
passphrase = "demo-passphrase"
demo = true
`;
    expect(loadConfig({ toml, profile: 'demo' }).passphrase).toBe('demo-passphrase');
  });

  it('fails without a passphrase', () => {
    process.env.OKX_API_KEY = 'test-api-key';
    process.env.OKX_SECRET_KEY = 'test-secret-key';
    delete process.env.OKX_PASSPHRASE;
    expect(() => loadConfig()).toThrow(/passphrase/i);
  });
});
