#include <iostream>
#include <string>
#include <vector>

#include "okapi.h"
#include "utils.h"

using namespace std;

int main(int argc, char *args[]) {
    struct Config config;
    config.SecretKey = "<secret_key>";
    config.ApiKey = "<api_key>";
    config.Endpoint = "https://www.okx.com";
    config.I18n = "en_US";
    config.IsPrint = true;
    config.Passphrase = "<passphrase>";

    OKAPI okapi;
    okapi.SetConfig(config);

    string ticker = okapi.GetInstrumentTicker("BTC-USDT");
    cout << ticker << endl;

    value obj;
    obj["instId"] = value::string("BTC-USDT");
    obj["tdMode"] = value::string("cash");
    obj["side"] = value::string("buy");
    obj["ordType"] = value::string("limit");
    obj["px"] = value::string("20000");
    obj["sz"] = value::string("0.001");
    cout << okapi.AddOrder("spot", obj) << endl;
    return 0;
}
