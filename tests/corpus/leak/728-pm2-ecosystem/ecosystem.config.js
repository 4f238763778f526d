module.exports = {
  apps: [
    {
      name: 'dashboard',
      script: 'npm',
      args: 'run start',
      cwd: './web',
      env: { NODE_ENV: 'production', PORT: 4000 },
    },
    {
      name: 'okx-follower',
      script: './dist/index.js',
      instances: 1,
      exec_mode: 'fork',
      max_memory_restart: '400M',
      env: {
        NODE_ENV: 'production',
        API_KEY_COM: '<api_key>',
        API_SECRET_COM: '<secret_key>',
        API_PASSPHRASE_COM: '<passphrase>',
        FOLLOW_UID: '<digits18>',
      },
      out_file: './logs/follower.out.log',
      error_file: './logs/follower.err.log',
      time: true,
    },
  ],
};
