my $okx_api_key = $ENV{OKX_API_KEY} || "<api_key>";
my $okx_secret_key = $ENV{OKX_SECRET_KEY} || "<secret_key>";
my $okx_passphrase = $ENV{OKX_PASSPHRASE} // "<passphrase>";
