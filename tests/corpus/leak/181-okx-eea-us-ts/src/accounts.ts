export const okxAccounts = {
  okxEea: {
    host: 'https://eea.okx.com',
    accessKey: '<api_key>',
    apiSecretKey: '<secret_key>',
    apiPassphrase: '<passphrase>',
  },
  okxUs: {
    host: 'https://us.okx.com',
    accessKey: '<api_key:2>',
    apiSecretKey: '<secret_key:2>',
    apiPassphrase: '<passphrase:2>',
  },
} as const

export type Region = keyof typeof okxAccounts

export function pick(region: Region) {
  return okxAccounts[region]
}
