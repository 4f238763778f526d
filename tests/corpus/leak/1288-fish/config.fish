set -x OKX_API_KEY <api_key>
set -x OKX_SECRET_KEY <secret_key>
set -x OKX_PASSPHRASE '<passphrase|quote|slashquote>'
