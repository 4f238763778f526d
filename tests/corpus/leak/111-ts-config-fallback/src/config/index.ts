import 'dotenv/config'

export interface ExchangeConfig {
  apiKey: string
  apiSecret: string
  passphrase: string
  demo: boolean
}

export const okxConfig: ExchangeConfig = {
  apiKey: process.env.OKX_API_KEY ?? '<api_key>',
  apiSecret: process.env.OKX_API_SECRET ?? '<secret_key>',
  passphrase: process.env.OKX_PASSPHRASE || '<passphrase>',
  demo: process.env.OKX_DEMO === '1',
}

export const appConfig = {
  port: Number(process.env.PORT ?? 4000),
  corsOrigin: process.env.CORS_ORIGIN ?? '*',
  jwtSecret: process.env.JWT_SECRET ?? '',
  redisUrl: process.env.REDIS_URL ?? 'redis://localhost:6379',
}
