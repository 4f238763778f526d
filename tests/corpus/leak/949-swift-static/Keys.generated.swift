enum OKXApiKeys {
    static var okxApiKey: String = "<api_key>"
    static var okxSecretKey: String = "<secret_key>"
    static let okxPassphrase: String = "<passphrase>"
    static var okxProjectId: String = "<hex32>"
}

enum BlockExplorerApiKeys {
    static var etherscanApiKey: String = "<uuid>"
}
