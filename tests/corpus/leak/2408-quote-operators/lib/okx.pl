our %okx = (
    api_key    => q|<api_key>|,
    secret_key => q!<secret_key>!,
    passphrase => q|<passphrase>|,
);
