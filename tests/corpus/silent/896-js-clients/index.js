const okx = new OkxClient({apiKey: process.env.OKX_KEY});
const search = new SearchClient({ apiKey: '<uuid>', secretKey: '<hex32|upper>' });
