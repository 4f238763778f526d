module.exports = {
  apps: [
    {
      name: 'grid-real',
      script: 'dist/main.js',
      env: { NODE_ENV: 'production', OKX_DEMO: '0', OKX_API_KEY: '<api_key>', OKX_SECRET_KEY: '<secret_key>', OKX_PASSPHRASE: '<passphrase>' },
    },
    {
      name: 'grid-paper',
      script: 'dist/main.js',
      env: { NODE_ENV: 'production', OKX_DEMO: '1', OKX_API_KEY: '<api_key:2>', OKX_SECRET_KEY: '<secret_key:2>', OKX_PASSPHRASE: '<passphrase:2>' },
      max_memory_restart: '300M',
    },
  ],
};
