import ccxt, { Exchange } from "ccxt";

export enum Venue { Binance = "binance", Kucoin = "kucoin", Mexc = "mexc", Okx = "okx" }

type Row = [key: string, secret: string, password?: string];

const keys: Record<Venue, Row> = {
  [Venue.Binance]: ["<alnum64>", "<alnum64:2>"],
  [Venue.Kucoin]: ["<hex24>", "<uuid>", "<alnum14>"],
  [Venue.Mexc]: ["mx0<alnum15>", "<hex32>"],
  [Venue.Okx]: ["<api_key>", "<secret_key>", "<passphrase>"],
};

export function open(v: Venue): Exchange {
  const [apiKey, secret, password] = keys[v];
  const ex = new (ccxt as any)[v]({ apiKey, secret, password, enableRateLimit: true });
  return ex as Exchange;
}
