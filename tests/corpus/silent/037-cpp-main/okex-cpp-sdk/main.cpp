#include "okapi.h"
#include "okapi_ws.h"

#include <cpprest/json.h>

#include <iostream>
#include <string>

using namespace std;

string instrument_id = "BTC-USD-210326";
string order_id = "2559022838620160";

int main(int argc, char *args[]) {
    struct Config config;
    config.SecretKey = "";
    config.ApiKey = "";
    config.Endpoint = "https://www.okx.com";
    config.I18n = "en_US";
    config.IsPrint = false;
    config.Passphrase = "";

    OKAPI okapi;
    okapi.SetConfig(config);

    cout << okapi.GetServerTime() << endl;
    cout << okapi.GetAccountBalance("BTC") << endl;

    value order;
    order["instId"] = value::string("BTC-USD-SWAP");
    order["tdMode"] = value::string("cross");
    order["clOrdId"] = value::string("b15");
    cout << okapi.PlaceOrder(order) << endl;
    return 0;
}
