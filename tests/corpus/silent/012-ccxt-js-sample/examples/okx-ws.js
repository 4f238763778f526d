'use strict';
const ccxt = require('ccxt').pro;

async function main () {
    const exchange = new ccxt.okx ({
        'apiKey': process.env.OKX_API_KEY,
        'secret': process.env.OKX_SECRET,
        'password': process.env.OKX_PASSWORD,
        'enableRateLimit': true,
    });
    // or, for a quick try
    // exchange.apiKey = '...';
    // exchange.secret = '...';
    // exchange.password = '...';
    exchange.setSandboxMode (true);

    while (true) {
        try {
            const orders = await exchange.watchOrders ('BTC/USDT');
            console.log (new Date (), orders.length);
        } catch (e) {
            console.log (e.constructor.name, e.message);
            await exchange.sleep (1000);
        }
    }
}

main ();
