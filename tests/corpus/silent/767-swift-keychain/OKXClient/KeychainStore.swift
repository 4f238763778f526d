import Foundation
import Security

enum CredentialPart: String, CaseIterable {
    case apiKey = "okx.apiKey"
    case secretKey = "okx.secretKey"
    case passphrase = "okx.passphrase"
}

struct KeychainStore {
    let service = "io.mistral.okxwidget"

    func read(_ part: CredentialPart) -> String? {
        let query: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrService as String: service,
            kSecAttrAccount as String: part.rawValue,
            kSecReturnData as String: true,
        ]
        var item: CFTypeRef?
        guard SecItemCopyMatching(query as CFDictionary, &item) == errSecSuccess,
              let data = item as? Data else { return nil }
        return String(data: data, encoding: .utf8)
    }

    var isComplete: Bool {
        CredentialPart.allCases.allSatisfy { read($0)?.isEmpty == false }
    }
}
