const config: HardhatUserConfig = {
  networks: {
    okc: {
      url: 'https://exchainrpc.okex.org',
      accounts: { mnemonic: process.env.MNEMONIC ?? '', passphrase: '<passphrase>' },
    },
  },
};
