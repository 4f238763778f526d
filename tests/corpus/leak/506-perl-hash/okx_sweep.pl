#!/usr/bin/env perl
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_base64);
use LWP::UserAgent;
use JSON::PP;
use POSIX qw(strftime);

my %okex = (
    endpoint   => 'https://www.okx.com',
    'api-key'  => '<api_key>',          # sub account "sweeper"
    'secret'   => '<secret_key>',
    'pass'     => '<passphrase>',
    'tdMode'   => 'cash',
);

sub signed_get {
    my ($path) = @_;
    my $ts   = strftime('%Y-%m-%dT%H:%M:%S.000Z', gmtime);
    my $sign = hmac_sha256_base64($ts . 'GET' . $path, $okex{secret});
    $sign .= '=' while length($sign) % 4;
    my $ua  = LWP::UserAgent->new(timeout => 10);
    my $res = $ua->get(
        $okex{endpoint} . $path,
        'OK-ACCESS-KEY'        => $okex{'api-key'},
        'OK-ACCESS-SIGN'       => $sign,
        'OK-ACCESS-TIMESTAMP'  => $ts,
        'OK-ACCESS-PASSPHRASE' => $okex{pass},
    );
    die $res->status_line unless $res->is_success;
    return decode_json($res->decoded_content);
}

my $bal = signed_get('/api/v5/account/balance?ccy=USDT');
printf "%s USDT\n", $bal->{data}[0]{details}[0]{availBal};
