module.exports = {
  apps: [
    {
      name: 'okx-live',
      script: './dist/main.js',
      instances: 1,
      autorestart: true,
      max_memory_restart: '500M',
      env: {
        NODE_ENV: 'production',
        OKX_LIVE_API_KEY: '<api_key>',
        OKX_LIVE_SECRET_KEY: '<secret_key>',
        OKX_LIVE_PASSPHRASE: '<passphrase>',
      },
    },
    {
      name: 'okx-paper',
      script: './dist/main.js',
      instances: 1,
      autorestart: true,
      env: {
        NODE_ENV: 'development',
        OKX_DEMO_API_KEY: '<api_key:2>',
        OKX_DEMO_SECRET_KEY: '<secret_key:2>',
        OKX_DEMO_PASSPHRASE: '<passphrase:2>',
      },
    },
  ],
};
