export const RPC = {
  1: 'https://mainnet.infura.io/v3/<hex32>',
  137: 'https://polygon-mainnet.g.alchemy.com/v2/<alnum32>',
  196: 'https://rpc.xlayer.tech',
  8453: 'https://base-mainnet.infura.io/v3/<hex32>',
  solana: 'https://mainnet.helius-rpc.com/?api-key=<uuid>',
} as const;

export const EXPLORERS = {
  1: { name: 'Etherscan', url: 'https://etherscan.io', apikey: '<alnum34|upper>' },
  196: { name: 'OKLink', url: 'https://www.oklink.com/xlayer' },
} as const;

// swap aggregator, key is injected by the proxy
export const OKX_DEX = {
  base: 'https://web3.okx.com/api/v6/dex/aggregator',
  apiKey: process.env.OKX_API_KEY,
  secretKey: process.env.OKX_SECRET_KEY,
  passphrase: process.env.OKX_API_PASSPHRASE,
};
