import StrictCBOR

/// Types that stand for those of real messages.
enum Sample {
    /// Every kind of scalar, optional ones, and nesting.
    struct Account: Codable, Equatable {
        var name: String
        var number: UInt32
        var balance: Int64?
        var key: ByteString?
        var role: Role?
        var isActive: Bool?
        var address: Address?
        var devices: [Device]?

        enum CodingKeys: Int, CodingKey {
            case name = 1
            case number = 2
            case balance = 3
            case key = 4
            case role = 5
            case isActive = 6
            case address = 7
            case devices = 30
        }
    }

    enum Role: String, Codable {
        case user
        case administrator
    }

    enum Level: Int, Codable {
        case low = -1
        case high = 300
    }

    struct Address: Codable, Equatable {
        var street: Word
        var level: Level?

        enum CodingKeys: Int, CodingKey {
            case street = 1
            case level = 2
        }
    }

    struct Device: Codable, Equatable {
        var id: UInt64
        var labels: [String]

        enum CodingKeys: Int, CodingKey {
            case id = 1
            case labels = 2
        }
    }

    /// A validated text, as words of the vocabulary are.
    struct Word: Codable, Equatable {
        struct Refused: Error {}
        let text: String

        init(_ text: String) throws {
            guard !text.isEmpty, text.utf8.count <= 8 else { throw Refused() }
            self.text = text
        }

        init(from decoder: any Decoder) throws {
            try self.init(decoder.singleValueContainer().decode(String.self))
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
    }

    /// A secret: it owns its memory and refuses an empty content.
    final class Hidden: ByteStringRepresentable {
        struct Refused: Error {}
        let content: [UInt8]

        init(cborBytes: [UInt8]) throws {
            guard !cborBytes.isEmpty else { throw Refused() }
            content = cborBytes
        }

        func withCBORBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
            // The array outlives the call.
            try unsafe content.withUnsafeBytes { try unsafe body($0) }
        }
    }

    /// A byte string whose `Codable` methods, if anybody called them, would write text.
    struct Disguised: ByteStringRepresentable, Equatable {
        var content: [UInt8]

        init(cborBytes: [UInt8]) { content = cborBytes }

        func withCBORBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
            // The array outlives the call.
            try unsafe content.withUnsafeBytes { try unsafe body($0) }
        }

        init(from decoder: any Decoder) throws {
            content = try Array(decoder.singleValueContainer().decode(String.self).utf8)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode("text")
        }
    }

    struct Sealed: Codable {
        var hidden: Hidden
        var others: [Hidden]?

        enum CodingKeys: Int, CodingKey {
            case hidden = 1
            case others = 2
        }
    }

    struct Nothing: Codable, Equatable {}

    struct Holder<Value: Codable>: Codable {
        var value: Value

        enum CodingKeys: Int, CodingKey {
            case value = 1
        }
    }

    /// The largest sample, and its encoding written by hand.
    static func account() throws -> Account {
        try Account(
            name: "alice", number: 77_000, balance: -1, key: ByteString([0xde, 0xad]), role: .administrator,
            isActive: true,
            address: Address(street: Word("Elm 4"), level: .high),
            devices: [Device(id: 1 << 40, labels: ["a", "b"]), Device(id: 0, labels: [])])
    }

    static let accountHexadecimal =
        "a80165616c696365021a00012cc803200442dead056d61646d696e6973747261746f7206f507a20165456c6d20340219012c"
        + "181e82a2011b0000010000000000028261616162a201000280"
}
