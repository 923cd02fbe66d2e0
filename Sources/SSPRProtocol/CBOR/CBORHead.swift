/// The major types of RFC 8949 section 3.1.
enum MajorType: UInt8 {
    case unsigned = 0
    case negative = 1
    case bytes = 2
    case text = 3
    case array = 4
    case map = 5
    case tag = 6
    case simple = 7
}

/// The first byte of an item and the number that belongs to it.
struct CBORHead {
    /// The upper three bits of the first byte.
    var major: MajorType
    /// The value, length, count, tag number or simple value.
    var argument: UInt64
    /// The offset of the byte after the head.
    var end: Int

    /// A reason without a place: the caller knows where it is.
    struct Refusal: Error {
        let reason: CBORError.Reason
    }

    /// Reads the head at `offset` and accepts only what RFC 8949 section 4.2.1 calls the preferred serialization.
    init(_ bytes: Span<UInt8>, at offset: Int) throws(Refusal) {
        guard offset < bytes.count else { throw Refusal(reason: .truncated) }
        let first = bytes[offset]
        // Three bits always name one of the eight major types.
        guard let major = MajorType(rawValue: first >> 5) else { throw Refusal(reason: .reservedInfo) }
        let info = first & 0x1f
        self.major = major
        if info < 24 {
            argument = UInt64(info)
            end = offset + 1
            return
        }
        guard info < 28 else { throw Refusal(reason: Self.reason(forInfo: info, of: major)) }
        if major == .simple {
            // 24 announces a simple value of one byte, 25 to 27 a float: neither is in the profile, whatever follows.
            throw Refusal(reason: info == 24 ? .simpleValue : .floatingPoint)
        }
        let width = 1 << Int(info - 24)
        guard bytes.count - offset > width else { throw Refusal(reason: .truncated) }
        var value: UInt64 = 0
        for index in offset + 1...offset + width { value = value << 8 | UInt64(bytes[index]) }
        guard value >= Self.smallest(ofWidth: width) else { throw Refusal(reason: .nonShortest) }
        argument = value
        end = offset + 1 + width
    }

    /// The smallest number that needs an argument of `width` bytes.
    private static func smallest(ofWidth width: Int) -> UInt64 {
        switch width {
        case 1: 24
        case 2: 1 << 8
        case 4: 1 << 16
        default: 1 << 32
        }
    }

    private static func reason(forInfo info: UInt8, of major: MajorType) -> CBORError.Reason {
        guard info == 31 else { return .reservedInfo }
        return switch major {
        case .bytes, .text, .array, .map, .simple: .indefiniteLength
        case .unsigned, .negative, .tag: .reservedInfo
        }
    }
}

extension CBORHead {
    /// The simple values of the profile.
    static let falseValue: UInt64 = 20
    static let trueValue: UInt64 = 21
}

extension [UInt8] {
    /// Appends the shortest head for `argument`.
    mutating func append(_ major: MajorType, _ argument: UInt64) {
        let type = major.rawValue << 5
        switch argument {
        case 0..<24:
            append(type | UInt8(truncatingIfNeeded: argument))
        case 24..<(1 << 8):
            append(type | 24)
            append(UInt8(truncatingIfNeeded: argument))
        case (1 << 8)..<(1 << 16):
            append(type | 25, argument, width: 2)
        case (1 << 16)..<(1 << 32):
            append(type | 26, argument, width: 4)
        default:
            append(type | 27, argument, width: 8)
        }
    }

    private mutating func append(_ first: UInt8, _ argument: UInt64, width: Int) {
        append(first)
        for shift in stride(from: 8 * (width - 1), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: argument >> UInt64(shift)))
        }
    }
}
