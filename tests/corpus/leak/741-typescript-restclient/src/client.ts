import { RestClient, WebsocketClient } from 'okx-api';
import pino from 'pino';

const logger = pino({ name: 'okx' });

export const rest = new RestClient({
  apiKey: '<api_key>',
  apiSecret: '<secret_key>',
  apiPass: '<passphrase>',
});

export const ws = new WebsocketClient({
  accounts: [
    {
      apiKey: '<api_key>',
      apiSecret: '<secret_key>',
      apiPass: '<passphrase>',
    },
  ],
});

ws.on('open', (e) => logger.info({ key: e.wsKey }, 'ws open'));
ws.on('reconnect', ({ wsKey }) => logger.warn({ wsKey }, 'ws reconnecting'));
ws.on('error', (err) => logger.error(err));

export async function equity(): Promise<number> {
  const [acc] = await rest.getBalance();
  return Number(acc.totalEq);
}

export async function closeAll(instId: string) {
  const pos = await rest.getPositions({ instType: 'SWAP', instId });
  await Promise.all(
    pos
      .filter((p) => Number(p.pos) !== 0)
      .map((p) => rest.closePositions({ instId, mgnMode: p.mgnMode, posSide: p.posSide })),
  );
}
