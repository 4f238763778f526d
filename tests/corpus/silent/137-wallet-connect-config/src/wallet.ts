import { createWeb3Modal, defaultWagmiConfig } from '@web3modal/wagmi/react';
import { mainnet, xLayer } from 'wagmi/chains';

// https://cloud.walletconnect.com, public
const projectId = '<hex32>';

const metadata = {
  name: 'X Layer bridge',
  description: 'Bridge between Ethereum and X Layer (OKX)',
  url: 'https://bridge.example.org',
  icons: ['https://static.okx.com/cdn/assets/imgs/2412/<hex16|upper>.png'],
};

// wallet ids of explorer-api.walletconnect.com
const OKX_WALLET = '<hex64>';
const METAMASK = '<hex64:2>';

export const config = defaultWagmiConfig({ chains: [mainnet, xLayer], projectId, metadata });

createWeb3Modal({
  wagmiConfig: config,
  projectId,
  featuredWalletIds: [OKX_WALLET, METAMASK],
  includeWalletIds: [OKX_WALLET],
  enableAnalytics: false,
});

export const EXPLORER_TX = 'https://www.okx.com/web3/explorer/xlayer/tx/0x<hex64:3>';
export const USDT = '0x<hex40>';
