export interface OkxCredentials {
  /** UUID issued by OKX */
  apiKey: string;
  /** 32 hex digits, upper case */
  secretKey: string;
  /** chosen by the user, 8-32 characters */
  passphrase: string;
}

export type OkxCredentialField = keyof OkxCredentials;

export interface OkxClientOptions extends OkxCredentials {
  demo?: boolean;
  baseUrl?: 'https://www.okx.com' | 'https://eea.okx.com' | 'https://us.okx.com';
  timeoutMs?: number;
}

export interface OkxOrderAck {
  ordId: string;
  clOrdId: string;
  tag: string;
  sCode: string;
  sMsg: string;
}

export const CREDENTIAL_FIELDS: readonly OkxCredentialField[] = ['apiKey', 'secretKey', 'passphrase'];
