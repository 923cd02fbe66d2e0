import SSPRProtocol

/// Shows what a device reads: as data for programs, and as a QR code for people where one can be drawn.
struct PairingDisplay {
    let canvas: QRCanvas

    func show(_ pairing: PairingText) throws {
        let console = canvas.console
        if console.options.isJSON {
            try console.print(.object([("pairing", .text(pairing.text))]))
            return try canvas.save(pairing.text)
        }
        let drawing = canvas.lines(of: pairing.text)
        if drawing == nil { console.insist("Give your device's app this text, or run: ssprclient device pair") }
        try console.print("Pairing: \(pairing.text)")
        try canvas.save(pairing.text)
        guard let drawing else { return }
        console.insist("Scan this with your device's app, or give it the text above (ssprclient device pair):")
        console.draw(drawing)
    }
}
