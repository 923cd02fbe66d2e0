import SSPRProtocol

/// Shows an app's key: as data for programs, and as a QR code for people where one can be drawn.
struct AppKeyDisplay {
    let canvas: QRCanvas

    init(console: Console, isForced: Bool) { canvas = QRCanvas(console: console, isForced: isForced) }

    func show(_ key: AppKey) throws {
        let console = canvas.console
        if console.options.isJSON {
            return try console.print(.object([("uri", .text(key.uri)), ("key", .text(key.base32))]))
        }
        canvas.draw(
            key.uri, above: "Scan this with your authenticator app, or type the key below.",
            without: "Type this key into your authenticator app.")
        try console.print("URI: \(key.uri)")
        try console.print("Key: \(Base32.grouped(key.base32))")
    }
}
