import { RestClient } from 'okx-api';

const ORDER_ID = '<uuid>';
const TRACE_ID = '<uuid:2>';
const client = new RestClient({ apiKey: process.env.OKX_KEY, apiSecret: process.env.OKX_SECRET, apiPass: process.env.OKX_PASS });

await client.cancelOrder({ instId: 'BTC-USDT', clOrdId: ORDER_ID, key: TRACE_ID });
