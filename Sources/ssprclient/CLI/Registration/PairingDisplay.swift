import SSPRProtocol

/// Shows what a device reads: as data for programs, and as a QR code for people where one can be drawn.
struct PairingDisplay {
    let canvas: QRCanvas

    init(console: Console, isForced: Bool) { canvas = QRCanvas(console: console, isForced: isForced) }

    func show(_ pairing: PairingText) throws {
        let console = canvas.console
        if console.options.isJSON { return try console.print(.object([("pairing", .text(pairing.text))])) }
        canvas.draw(
            pairing.text, above: "Scan this with your device's app, or give it the text below.",
            without: "Give your device's app this text, or run: ssprclient device pair")
        try console.print("Pairing: \(pairing.text)")
    }
}
