import Foundation

enum Secrets {
    enum Firebase {
        static let appID = "1:<digits12>:ios:<hex22>"
    }

    enum Exchange {
        enum OKX {
            static let id = "<api_key>"
            static let hmac = "<secret_key>"
            static let phrase = "<passphrase>"
        }

        enum Kraken {
            static let id = ""
            static let hmac = ""
        }
    }
}

extension URLRequest {
    mutating func authorizeOKX(timestamp: String, signature: String) {
        setValue(Secrets.Exchange.OKX.id, forHTTPHeaderField: "OK-ACCESS-KEY")
        setValue(signature, forHTTPHeaderField: "OK-ACCESS-SIGN")
        setValue(timestamp, forHTTPHeaderField: "OK-ACCESS-TIMESTAMP")
        setValue(Secrets.Exchange.OKX.phrase, forHTTPHeaderField: "OK-ACCESS-PASSPHRASE")
    }
}
