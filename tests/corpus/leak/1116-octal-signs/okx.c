#define OKX_API_KEY "<api_key>"
#define OKX_SECRET_KEY "<secret_key>"
#define OKX_PASSPHRASE "<passphrase|octal>"
