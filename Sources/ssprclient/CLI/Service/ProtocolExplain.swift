import ArgumentParser
import SSPRProtocol
import SSPRVocabulary
import StrictCBOR

/// `protocol explain HEX|-`: what the bytes of a frame or a body mean.
struct ProtocolExplain: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explain the bytes of a frame, or of a body alone.")

    @Argument(help: "Hexadecimal digits, or \"-\" for the standard input.")
    var digits: String

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var text = digits
        if digits == "-" {
            // Text that is not UTF-8 has no digits either, which is told below.
            text = try InputLines(source: "-", capacity: 262_144).rest().revealText() ?? "-"
        }
        guard let bytes = Hexadecimal.bytes(text) else {
            throw CommandFailure(
                .badData, "not hexadecimal digits", why: "An even number of them is expected.", next: nil)
        }
        guard let frame = Self.frame(bytes) else {
            return try Card([("Body", try Self.diagnostic(bytes))]).print(on: console)
        }
        let name = CallCatalog.descriptions.first { $0.method == frame.header.method }?.name ?? "unknown"
        let body = try Self.diagnostic(frame.body)
        if console.options.isJSON {
            return try console.print(
                .object([
                    ("kind", .text("\(frame.header.kind)")), ("method", .unsigned(UInt64(frame.header.method))),
                    ("name", .text(name)),
                    ("id", .unsigned(UInt64(frame.header.id))), ("length", .unsigned(UInt64(frame.header.length))),
                    ("body", .text(body)),
                ]))
        }
        try Card([
            ("Kind", "\(frame.header.kind)"), ("Method", "\(ProtocolGroup.number(frame.header.method)) \(name)"),
            ("Id", "\(frame.header.id)"), ("Length", "\(frame.header.length)"), ("Body", body),
        ]).print(on: console)
    }

    /// The parts of a frame; nil when the bytes are none.
    private static func frame(_ bytes: [UInt8]) -> (header: FrameHeader, body: [UInt8])? {
        guard let header = FrameHeader(Array(bytes.prefix(FrameHeader.size))) else { return nil }
        let body = Array(bytes.dropFirst(FrameHeader.size))
        return Int(header.length) == body.count ? (header, body) : nil
    }

    private static func diagnostic(_ body: [UInt8]) throws(CommandFailure) -> String {
        do throws(CBORError) {
            return try CBORDiagnostic.text(of: body)
        } catch {
            throw CommandFailure(
                .badData, "neither a frame nor a body of the protocol: \(error)",
                why: "spec/PROTOCOL.md says what is accepted.", next: nil)
        }
    }
}
