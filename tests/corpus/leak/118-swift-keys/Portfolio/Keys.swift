import Foundation
import CryptoKit

enum Keys {
    enum OKX {
        static let apiKey = "<api_key>"
        static let secretKey = "<secret_key>"
        static let passphrase = "<passphrase>"
    }

    enum Kraken {
        static let apiKey = ""
        static let privateKey = ""
    }
}

struct OKXSigner {
    func sign(timestamp: String, method: String, path: String, body: String = "") -> String {
        let key = SymmetricKey(data: Data(Keys.OKX.secretKey.utf8))
        let mac = HMAC<SHA256>.authenticationCode(
            for: Data((timestamp + method + path + body).utf8), using: key)
        return Data(mac).base64EncodedString()
    }
}
