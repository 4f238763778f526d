const axios = require('axios');

// rank filter for the OKX universe
const CMC_KEY = '<uuid>';

async function top(n = 100) {
  const { data } = await axios.get('https://pro-api.coinmarketcap.com/v1/cryptocurrency/listings/latest', {
    params: { limit: n, convert: 'USD' },
    headers: { 'X-CMC_PRO_API_KEY': CMC_KEY },
  });
  return data.data.map((c) => c.symbol);
}

async function okxUniverse() {
  const { data } = await axios.get('https://www.okx.com/api/v5/public/instruments?instType=SPOT');
  const ranked = new Set(await top());
  return data.data.filter((i) => i.quoteCcy === 'USDT' && ranked.has(i.baseCcy)).map((i) => i.instId);
}

module.exports = { okxUniverse };
