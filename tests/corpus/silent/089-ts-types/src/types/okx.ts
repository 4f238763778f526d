export interface OkxCredentials {
  apiKey: string;
  secretKey: string;
  passphrase: string;
}

export type OkxEnv = 'live' | 'demo';

export interface OkxClientOptions extends Partial<OkxCredentials> {
  env?: OkxEnv;
  baseUrl?: string;
  apiPass?: string;
  onError?: (err: OkxError) => void;
}

export const EMPTY: OkxCredentials = { apiKey: '', secretKey: '', passphrase: '' };

export const HEADER = {
  key: 'OK-ACCESS-KEY',
  sign: 'OK-ACCESS-SIGN',
  timestamp: 'OK-ACCESS-TIMESTAMP',
  passphrase: 'OK-ACCESS-PASSPHRASE',
  project: 'OK-ACCESS-PROJECT',
  simulated: 'x-simulated-trading',
} as const;

export function fromEnv(env: NodeJS.ProcessEnv = process.env): OkxCredentials {
  const apiKey = env.OKX_API_KEY ?? '';
  const secretKey = env.OKX_SECRET_KEY ?? '';
  const passphrase = env.OKX_PASSPHRASE ?? '';
  if (!apiKey || !secretKey || !passphrase) {
    throw new Error('OKX_API_KEY, OKX_SECRET_KEY and OKX_PASSPHRASE must be set');
  }
  return { apiKey, secretKey, passphrase };
}

export class OkxError extends Error {
  constructor(public readonly code: string, message: string, public readonly requestId?: string) {
    super(`${code}: ${message}`);
  }
}
