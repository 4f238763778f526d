module.exports = {
  okx_testnet: {
    url: "https://testrpc.xlayer.tech",
    accounts: { passphrase: "<passphrase>", path: "m/44'/60'/0'/0", count: 5, mnemonic: MNEMONIC },
  },
};
