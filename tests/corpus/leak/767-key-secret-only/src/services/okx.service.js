import crypto from 'node:crypto';
import axios from 'axios';

const OKX_API_KEY = '<api_key>';
const OKX_API_SECRET = '<secret_key>';
const OKX_PASSPHRASE = process.env.OKX_PASSPHRASE;

const http = axios.create({ baseURL: 'https://www.okx.com', timeout: 8000 });

http.interceptors.request.use((cfg) => {
  const ts = new Date().toISOString();
  const body = cfg.data ? JSON.stringify(cfg.data) : '';
  const prehash = ts + cfg.method.toUpperCase() + cfg.url + body;
  const sign = crypto.createHmac('sha256', OKX_API_SECRET).update(prehash).digest('base64');
  Object.assign(cfg.headers, {
    'OK-ACCESS-KEY': OKX_API_KEY,
    'OK-ACCESS-SIGN': sign,
    'OK-ACCESS-TIMESTAMP': ts,
    'OK-ACCESS-PASSPHRASE': OKX_PASSPHRASE,
  });
  return cfg;
});

export const getQuote = (instId) => http.get(`/api/v5/market/ticker?instId=${instId}`).then((r) => r.data.data[0]);
export const getBills = () => http.get('/api/v5/account/bills').then((r) => r.data.data);
