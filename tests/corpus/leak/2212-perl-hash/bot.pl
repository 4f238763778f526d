use strict;
use Finance::OKX;

my %acct = (
    -apikey     => '<api_key>',
    -apisecret  => '<secret_key>',
    -passphrase => q{<passphrase>},
);
my $okx = Finance::OKX->new(%acct);
