#include <string>

namespace okx {
const std::string api_key = R"(<api_key>)";
const std::string secret_key = R"k(<secret_key>)k";
const std::string passphrase = R"okx(<passphrase>)okx";
}
