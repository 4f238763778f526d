enum OKXIds {
    static var okxOrderId: String = "<uuid>"
    static var okxChecksum: String = "<hex32|upper>"
    static let okxProjectId: String = "<hex32>"
}
