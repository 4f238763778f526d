'use strict';

const ccxt = require('ccxt');

const exchange = new ccxt.okx({
    'apiKey': '<api_key>',
    'secret': '<secret_key>',
    'password': '<passphrase>',
    'enableRateLimit': true,
    'options': { 'defaultType': 'swap' },
});

const symbol = 'BTC/USDT:USDT';
const leverage = 5;

async function closeAll () {
    const positions = await exchange.fetchPositions ([ symbol ]);
    for (const p of positions) {
        if (!p.contracts) continue;
        const side = p.side === 'long' ? 'sell' : 'buy';
        await exchange.createOrder (symbol, 'market', side, p.contracts, undefined, { 'reduceOnly': true });
    }
}

(async () => {
    await exchange.loadMarkets ();
    await exchange.setLeverage (leverage, symbol, { 'mgnMode': 'cross' });
    const ohlcv = await exchange.fetchOHLCV (symbol, '15m', undefined, 200);
    const closes = ohlcv.map (c => c[4]);
    const fast = closes.slice (-9).reduce ((a, b) => a + b) / 9;
    const slow = closes.slice (-26).reduce ((a, b) => a + b) / 26;
    console.log (new Date ().toISOString (), 'fast', fast, 'slow', slow);
    if (fast < slow) {
        await closeAll ();
    } else {
        await exchange.createOrder (symbol, 'market', 'buy', 1);
    }
}) ();
