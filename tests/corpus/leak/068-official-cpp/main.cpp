#include <iostream>
#include <string>

#include "okapi.h"
#include "okapi_ws.h"

using namespace std;

int main(int argc, char *args[]) {
    Config config;
    config.ApiKey = "<api_key>";
    config.SecretKey = "<secret_key>";
    config.Passphrase = "<passphrase>";
    config.Endpoint = "https://www.okx.com";
    config.I18n = "en_US";
    config.IsPrint = true;

    OKAPI okapi;
    okapi.SetConfig(config);

    string time = okapi.GetServerTime();
    cout << "server time " << time << endl;

    value postOrder;
    postOrder["instId"] = value::string("BTC-USDT-SWAP");
    postOrder["tdMode"] = value::string("cross");
    postOrder["side"] = value::string("buy");
    postOrder["ordType"] = value::string("limit");
    postOrder["px"] = value::string("41200");
    postOrder["sz"] = value::string("1");
    cout << okapi.Order(postOrder) << endl;
    return 0;
}
