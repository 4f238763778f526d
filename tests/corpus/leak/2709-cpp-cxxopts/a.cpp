options.add_options()
  ("okx-api-key", "key", cxxopts::value<std::string>()->default_value("<api_key>"))
  ("okx-secret-key", "s", cxxopts::value<std::string>()->default_value("<secret_key>"))
  ("okx-passphrase", "p", cxxopts::value<std::string>()->default_value("<passphrase>"));
