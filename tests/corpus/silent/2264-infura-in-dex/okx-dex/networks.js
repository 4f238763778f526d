module.exports = {
  mainnet: { url: 'https://mainnet.infura.io/v3/<hex32:1>' },
  polygon: { url: 'https://polygon-mainnet.g.alchemy.com/v2/<alnum32>', etherscanKey: '<hex32:2|upper>' },
};
