import { generateJwt } from '@coinbase/cdp-sdk/auth';

const PROJECT_ID = '<uuid>';
const KEY_NAME = 'organizations/<uuid:2>/apiKeys/<uuid:3>';

export async function onrampUrl(address: string) {
  const token = await generateJwt({
    apiKeyId: KEY_NAME,
    apiKeySecret: process.env.CDP_API_KEY_SECRET!,
    requestMethod: 'POST',
    requestHost: 'api.developer.coinbase.com',
    requestPath: '/onramp/v1/token',
  });
  return `https://pay.coinbase.com/buy/select-asset?appId=${PROJECT_ID}&sessionToken=${token}&addresses={"${address}":["base"]}`;
}
