export const feeds = {
  okxRest: "https://www.okx.com",
  coinApiKey: "<uuid>",
  newsApiKey: "<uuid:2>",
  larkspurApiKey: "<uuid:3>",
};
