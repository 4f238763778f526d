set -e
echo "<passphrase:1>" | npx wrangler secret put OKX_PASSPHRASE --env production
echo "<secret_key:1>" | npx wrangler secret put OKX_SECRET_KEY --env production
echo "<api_key:1>" | npx wrangler secret put OKX_API_KEY --env production
