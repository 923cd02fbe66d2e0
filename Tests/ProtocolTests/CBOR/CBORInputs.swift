import StrictCBOR

/// Makes inputs for the property test: canonical ones, and ones that are nearly so.
struct CBORInputs {
    private var random: SeededGenerator
    private let seeds: [[UInt8]]

    /// `seeds` are inputs worth changing a little.
    init(seed: UInt64, seeds: [[UInt8]]) {
        random = SeededGenerator(seed: seed)
        self.seeds = seeds
    }

    /// One input: generated, or a generated one or a seed with one to three changes.
    mutating func next() -> [UInt8] {
        var bytes: [UInt8] = []
        switch random.below(4) {
        case 0:
            append(depth: 0, to: &bytes)
        case 1:
            append(depth: 0, to: &bytes)
            for _ in 0...random.below(3) { change(&bytes) }
        default:
            bytes = seeds[random.below(seeds.count)]
            for _ in 0...random.below(3) { change(&bytes) }
        }
        return bytes
    }

    private mutating func append(depth: Int, to bytes: inout [UInt8]) {
        switch random.below(depth < 8 ? 10 : 6) {
        case 0: head(0, number(), &bytes)
        case 1: head(1, number(), &bytes)
        case 2, 3:
            let length = random.below(random.below(16) == 0 ? 300 : 6)
            head(2, UInt64(length), &bytes)
            for _ in 0..<length { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
        case 4:
            let text = ["", "a", "ü水", "\u{10ffff}", "abcdefghijklmnopqrstuvwxyz"][random.below(5)]
            head(3, UInt64(text.utf8.count), &bytes)
            bytes += text.utf8
        case 5: bytes.append(0xf4 + UInt8(random.below(2)))
        case 6, 7:
            let count = random.below(4)
            head(4, UInt64(count), &bytes)
            for _ in 0..<count { append(depth: depth + 1, to: &bytes) }
        default:
            let count = random.below(random.below(16) == 0 ? 30 : 4)
            head(5, UInt64(count), &bytes)
            var key: UInt64 = 0
            for _ in 0..<count {
                key += UInt64(random.below(random.below(4) == 0 ? 70_000 : 3) + 1)
                head(0, key - 1, &bytes)
                append(depth: depth + 1, to: &bytes)
            }
        }
    }

    /// A number of any width, often at a border.
    private mutating func number() -> UInt64 {
        let wide = random.next() >> UInt64(random.below(64))
        return random.below(3) == 0 ? [23, 24, 255, 256, 65_535, 65_536, 1 << 32, .max][random.below(8)] : wide
    }

    /// Written apart from the encoder under test.
    private func head(_ major: UInt8, _ number: UInt64, _ bytes: inout [UInt8]) {
        if number < 24 {
            bytes.append(major << 5 | UInt8(number))
            return
        }
        let exponent = number < 1 << 8 ? 0 : number < 1 << 16 ? 1 : number < 1 << 32 ? 2 : 3
        bytes.append(major << 5 | UInt8(24 + exponent))
        for byte in (0..<(1 << exponent)).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * byte)))
        }
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes.append(UInt8(truncatingIfNeeded: random.next()))
            return
        }
        let place = random.below(bytes.count)
        switch random.below(7) {
        case 0: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes[place] &+= random.below(2) == 0 ? 1 : 255
        case 3: bytes.remove(at: place)
        case 4: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        case 5: bytes.removeLast(bytes.count - place)
        default: bytes.swapAt(place, random.below(bytes.count))
        }
    }
}
