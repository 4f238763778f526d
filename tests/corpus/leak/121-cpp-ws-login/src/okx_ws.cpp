#include <chrono>
#include <iostream>
#include <string>
#include <nlohmann/json.hpp>
#include "hmac.hpp"
#include "ws_client.hpp"

using json = nlohmann::json;

static const std::string kAccessKey = "<api_key>";
static const std::string kSecretKey = "<secret_key>";
static const std::string kPassPhrase = "<passphrase>";

static std::string now_seconds() {
    using namespace std::chrono;
    return std::to_string(duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
}

json login_frame() {
    const auto ts = now_seconds();
    const auto sign = base64(hmac_sha256(kSecretKey, ts + "GET" + "/users/self/verify"));
    return json{{"op", "login"},
                {"args", json::array({{{"apiKey", kAccessKey},
                                       {"passphrase", kPassPhrase},
                                       {"timestamp", ts},
                                       {"sign", sign}}})}};
}

int main() {
    WsClient ws("wss://wspap.okx.com:8443/ws/v5/private");
    ws.on_open([&] { ws.send(login_frame().dump()); });
    ws.on_message([&](const std::string& m) { std::cout << m << '\n'; });
    ws.run();
}
