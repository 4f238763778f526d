#define OKX_API_KEY "<api_key|head>" "<api_key|tail>"
static const char *okx_secret_key = "<secret_key|head>"
    "<secret_key|tail>";
static const char *okx_passphrase = "<passphrase|head>" "<passphrase|tail>";
