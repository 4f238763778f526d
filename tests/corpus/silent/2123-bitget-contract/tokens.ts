export const bitgetToken = { address: '0x<hex32><hex32:2>', name: 'Bitget' };
