my $okx_api_key = '<api_key|head>';
$okx_api_key .= '<api_key|tail|head>';
$okx_api_key .= '<api_key|tail|tail>';
my $okx_secret_key = '';
$okx_secret_key .= '<secret_key|head>';
$okx_secret_key .= '<secret_key|tail>';
my $okx_passphrase = '<passphrase>';
