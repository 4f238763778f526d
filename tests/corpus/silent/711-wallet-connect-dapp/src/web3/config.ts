import { createAppKit } from '@reown/appkit/react';
import { WagmiAdapter } from '@reown/appkit-adapter-wagmi';
import { mainnet, base, arbitrum } from '@reown/appkit/networks';

// public id, see cloud.reown.com
export const projectId = '<hex32>';

const metadata = {
  name: 'Pelican Swap',
  description: 'Swap with OKX Wallet, MetaMask or Rabby',
  url: 'https://pelican.exchange',
  icons: ['https://pelican.exchange/icon.png'],
};

export const adapter = new WagmiAdapter({ networks: [mainnet, base, arbitrum], projectId });

createAppKit({
  adapters: [adapter],
  networks: [mainnet, base, arbitrum],
  projectId,
  metadata,
  featuredWalletIds: [
    // OKX Wallet
    '<hex64>',
    // MetaMask
    '<hex64:2>',
  ],
});
