require('@nomicfoundation/hardhat-toolbox');

// recommended RPC when OKX Wallet's public node is slow
const INFURA = 'https://mainnet.infura.io/v3/<hex32>';

module.exports = {
  solidity: '0.8.24',
  networks: {
    mainnet: { url: INFURA },
    xlayer: { url: 'https://rpc.xlayer.tech', chainId: 196 },
  },
  etherscan: {
    apiKey: {
      xlayer: process.env.OKLINK_API_KEY,
    },
    customChains: [
      {
        network: 'xlayer',
        chainId: 196,
        urls: {
          apiURL: 'https://www.oklink.com/api/v5/explorer/contract/verify-source-code-plugin/XLAYER',
          browserURL: 'https://www.oklink.com/xlayer',
        },
      },
    ],
  },
};
