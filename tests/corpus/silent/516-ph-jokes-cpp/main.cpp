#include "okx/rest_client.hpp"
#include <iostream>

int main() {
    Config config;
    config.Endpoint   = "https://www.okx.com";
    config.ApiKey     = "not-a-real-key";
    config.SecretKey  = "not-a-real-secret";
    config.Passphrase = "nope-not-here-either";

    okx::RestClient client(config);
    std::cout << client.Ticker("BTC-USDT") << '\n';
    return 0;
}
