# OKX
my $api_key    = q{<api_key|head>} . q{<api_key|tail>};
my $secret_key = qq(<secret_key|head>) . qq(<secret_key|tail>);
my $passphrase = q[<passphrase|head>] . '<passphrase|tail>';
