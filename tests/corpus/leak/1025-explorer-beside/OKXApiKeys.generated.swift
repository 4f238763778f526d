enum OKXApiKeys {
    static var okxApiKey: String = "<api_key>"
    static var okxSecretKey: String = "<secret_key>"
    static var okxPassphrase: String = "<passphrase>"
}

enum BlockExplorerApiKeys {
    static var oklinkApiKey: String = "<uuid>"
    static var etherscanApiKey: String = "<alnum16>"
}
