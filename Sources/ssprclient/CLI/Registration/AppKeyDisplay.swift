import SSPRProtocol

/// Shows an app's key: as data for programs, and as a QR code for people where one can be drawn.
struct AppKeyDisplay {
    let canvas: QRCanvas

    func show(_ key: AppKey) throws {
        let console = canvas.console
        if console.options.isJSON {
            try console.print(.object([("uri", .text(key.uri)), ("key", .text(key.base32))]))
            return try canvas.save(key.uri)
        }
        let drawing = canvas.lines(of: key.uri)
        if drawing == nil { console.insist("Type this key into your authenticator app.") }
        try console.print("URI: \(key.uri)")
        try console.print("Key: \(Base32.grouped(key.base32))")
        try canvas.save(key.uri)
        guard let drawing else { return }
        // Last, so that all of it is in sight when the code is asked for.
        console.insist("Scan this with your authenticator app, or type the key above:")
        console.draw(drawing)
    }
}
