export const config = {
  okxBaseUrl: 'https://www.okx.com',
  launchDarkly: { sdkKey: 'sdk-<uuid:1>' },
  honeycomb: { apiKey: '<hex32>' },
  heroku: { apiKey: '<uuid:2>' },
};
