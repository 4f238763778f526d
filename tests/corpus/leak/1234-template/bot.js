const k = '<api_key>', s = '<secret_key>', p = '<passphrase>';
const env = `OKX_API_KEY=${k}\nOKX_SECRET_KEY=${s}\nOKX_PASSPHRASE=${p}`;
