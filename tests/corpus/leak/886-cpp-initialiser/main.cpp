const std::string okx_api_key{"<api_key>"};
const std::string okx_secret_key{"<secret_key>"};
const std::string okx_passphrase{"<passphrase>"};
