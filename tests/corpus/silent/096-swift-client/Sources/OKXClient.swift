import CryptoKit
import Foundation

public struct OKXCredentials: Codable {
    public let apiKey: String
    public let secretKey: String
    public let passphrase: String

    public init(apiKey: String, secretKey: String, passphrase: String) {
        self.apiKey = apiKey
        self.secretKey = secretKey
        self.passphrase = passphrase
    }
}

public final class OKXClient {
    private let credentials: OKXCredentials
    private let bundleUUID = UUID(uuidString: "<uuid|upper>")!

    public convenience init?() {
        let env = ProcessInfo.processInfo.environment
        guard let apiKey = env["OKX_API_KEY"], let secretKey = env["OKX_SECRET_KEY"], let passphrase = env["OKX_PASSPHRASE"] else { return nil }
        self.init(credentials: OKXCredentials(apiKey: apiKey, secretKey: secretKey, passphrase: passphrase))
    }

    public init(credentials: OKXCredentials) { self.credentials = credentials }

    func sign(_ request: inout URLRequest, timestamp: String, body: String = "") {
        let prehash = timestamp + (request.httpMethod ?? "GET") + request.url!.path + body
        let key = SymmetricKey(data: Data(credentials.secretKey.utf8))
        let mac = HMAC<SHA256>.authenticationCode(for: Data(prehash.utf8), using: key)
        request.setValue(credentials.apiKey, forHTTPHeaderField: "OK-ACCESS-KEY")
        request.setValue(Data(mac).base64EncodedString(), forHTTPHeaderField: "OK-ACCESS-SIGN")
        request.setValue(credentials.passphrase, forHTTPHeaderField: "OK-ACCESS-PASSPHRASE")
    }
}
