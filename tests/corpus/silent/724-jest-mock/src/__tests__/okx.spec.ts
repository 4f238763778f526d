import { OkxAdapter } from '../okx';

const mockConfig = {
  apiKey: 'test-api-key',
  apiSecret: 'test-secret-key',
  apiPass: 'test-pass',
};

jest.mock('okx-api', () => ({
  RestClient: jest.fn().mockImplementation(() => ({
    getBalance: jest.fn().mockResolvedValue([{ totalEq: '1234.5' }]),
    submitOrder: jest.fn().mockResolvedValue([{ ordId: '<digits18>', clOrdId: '<hex32>', sCode: '0' }]),
  })),
}));

describe('OkxAdapter', () => {
  it('reads equity', async () => {
    const a = new OkxAdapter(mockConfig);
    await expect(a.equity()).resolves.toBe(1234.5);
  });

  it('throws when the passphrase is missing', () => {
    expect(() => new OkxAdapter({ ...mockConfig, apiPass: '' })).toThrow(/passphrase/i);
  });

  it('places an order', async () => {
    const a = new OkxAdapter(mockConfig);
    const r = await a.buy('BTC-USDT', 0.01);
    expect(r.clOrdId).toHaveLength(32);
  });
});
