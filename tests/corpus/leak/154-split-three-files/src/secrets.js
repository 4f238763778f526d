// signing key for okx, used in sign.js
export const OKX_SECRET_KEY = '<secret_key>'
