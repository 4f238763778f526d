require('dotenv').config();

module.exports = {
  apps: [
    {
      name: 'okx-grid',
      script: 'dist/index.js',
      instances: 1,
      env: {
        NODE_ENV: 'production',
        OKX_API_KEY: process.env.OKX_API_KEY,
        OKX_SECRET_KEY: process.env['OKX_SECRET_KEY'],
        OKX_PASSPHRASE: process.env.OKX_PASSPHRASE || '',
        OKX_FLAG: '0',
      },
    },
    {
      name: 'okx-hedge',
      script: 'dist/hedge.js',
      env: {
        OKX_API_KEY: undefined,
        OKX_SECRET_KEY: null,
        OKX_PASSPHRASE: String(process.env.PP),
      },
    },
  ],
};
