go() { OKX_API_KEY=$1 OKX_SECRET_KEY=$2 OKX_PASSPHRASE=$3 ./bot & }
go <api_key:1> <secret_key:1> '<passphrase:1>'   # account 1
go <api_key:2> <secret_key:2> '<passphrase:2>'   # account 2
go <api_key:3> <secret_key:3> '<passphrase:3>'   # account 3
