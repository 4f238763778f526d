export const binanceToken = { address: '0x<hex32><hex32:2>', name: 'Binance' };
