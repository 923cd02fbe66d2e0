import SSPRVocabulary
import StrictCBOR

/// Reads the text that a terminal shows: `SSPR1:` and base32 (RFC 4648 section 6, no padding).
enum PairingReader {
    private static let mark = "SSPR1:"
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func invitation(_ text: String) throws -> PairingInvitation {
        let text = text.filter { !$0.isWhitespace }
        guard text.hasPrefix(mark) else { throw refusal("that is not a pairing text: it begins with \(mark)") }
        guard let bytes = bytes(text.dropFirst(mark.count)) else { throw refusal("that pairing text is damaged") }
        do { return try CBORDecoder(unknownKeys: .refuse).decode(PairingInvitation.self, from: bytes) } catch {
            throw refusal("that pairing text is damaged")
        }
    }

    /// The text of an invitation, as a terminal shows it.
    static func text(_ invitation: PairingInvitation) throws -> String {
        var text = mark
        var bits = 0
        var count = 0
        for byte in try CBOREncoder().encode(invitation) {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.unicodeScalars.append(Unicode.Scalar(digits[bits >> count & 31]))
                bits &= 1 << count - 1
            }
        }
        if count > 0 { text.unicodeScalars.append(Unicode.Scalar(digits[bits << (5 - count) & 31])) }
        return text
    }

    private static func refusal(_ what: String) -> DeviceError {
        DeviceError(.badData, what, next: "copy it whole from: ssprclient register device")
    }

    private static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits = 0
        var count = 0
        for digit in text.utf8 {
            guard let value = digits.firstIndex(of: digit) else { return nil }
            bits = bits << 5 | value
            count += 5
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(bits >> count))
            bits &= 1 << count - 1
        }
        // What the last digit has beyond the last byte is zero: one spelling for each text.
        return bits == 0 && count < 5 ? bytes : nil
    }
}
