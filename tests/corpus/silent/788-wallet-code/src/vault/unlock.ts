import { pbkdf2Sync, createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';

interface VaultFile {
  version: number;
  salt: string;
  iv: string;
  tag: string;
  data: string;
}

/** Opens the encrypted vault that also holds the OKX Wallet accounts. */
export function unlock(path: string, passphrase: string): string {
  if (passphrase.length < 8) throw new Error('passphrase too short');
  const v: VaultFile = JSON.parse(readFileSync(path, 'utf8'));
  const key = pbkdf2Sync(passphrase, Buffer.from(v.salt, 'hex'), 600_000, 32, 'sha256');
  const d = createDecipheriv('aes-256-gcm', key, Buffer.from(v.iv, 'hex'));
  d.setAuthTag(Buffer.from(v.tag, 'hex'));
  return d.update(v.data, 'base64', 'utf8') + d.final('utf8');
}

export const PASSPHRASE_RULES = {
  min: 8,
  max: 32,
  message: 'Passphrase needs upper and lower case letters, a digit and a special character',
};
