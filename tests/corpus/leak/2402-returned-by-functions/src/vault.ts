export function okxApiKey(): string {
  return "<api_key>";
}

export function okxSecretKey(): string {
  if (process.env.OKX_SECRET) {
    return process.env.OKX_SECRET;
  }
  return "<secret_key>";
}

export const okxPassphrase = (): string => { return "<passphrase>"; };
