/// The bytes of a filter file, all numbers big-endian.
///
/// ```
/// 8  "SSPRknow"     4  version       4  shard bits      8  passwords
/// 16 for each of the 2^bits shards:  8 seed, 4 segments, 1 segment bits, 3 zero
///    the fingerprints of each shard, three bytes each
/// 32 BLAKE2b-256 over all of the above
/// ```
///
/// A key belongs to the shard that its leading bits name.
struct FilterFormat: Sendable, Equatable {
    static let magic = Array("SSPRknow".utf8)
    static let version: UInt32 = 1
    static let headBytes = 24
    static let shapeBytes = 16
    static let checksumBytes = 32
    /// 4096 shards of a million passwords are four times what has ever become known.
    static let maximumShardBits: UInt32 = 12

    /// How many passwords are in the file.
    let count: UInt64
    /// As many as a power of two.
    let shapes: [FuseShape]
    /// Where each shard's fingerprints begin.
    let offsets: [Int]
    /// Of the whole file.
    let size: Int

    init(count: UInt64, shapes: [FuseShape]) {
        self.count = count
        self.shapes = shapes
        var end = Self.headBytes + Self.shapeBytes * shapes.count
        offsets = shapes.map { shape in
            defer { end += shape.places * FuseShape.fingerprintBytes }
            return end
        }
        size = end + Self.checksumBytes
    }

    /// Which shard a key belongs to.
    func shard(of key: UInt64) -> Int {
        Self.shard(of: key, bits: shapes.count.trailingZeroBitCount)
    }

    static func shard(of key: UInt64, bits: Int) -> Int { bits == 0 ? 0 : Int(key >> (64 - UInt64(bits))) }

    /// Head and shapes.
    var bytes: [UInt8] {
        var bytes = Self.magic
        bytes += Self.bigEndian(UInt64(Self.version) << 32 | UInt64(shapes.count.trailingZeroBitCount))
        bytes += Self.bigEndian(count)
        for shape in shapes {
            bytes += Self.bigEndian(shape.seed)
            bytes += Self.bigEndian(UInt64(shape.segments) << 32 | UInt64(shape.segmentBits) << 24)
        }
        return bytes
    }

    /// Reads a head and returns how many bytes of shapes follow.
    static func shapesBytes(_ head: [UInt8]) throws(FilterProblem) -> Int {
        guard head.count == headBytes, Array(head.prefix(8)) == magic else { throw .foreign }
        let version = number(head[8..<12])
        guard version == UInt64(Self.version) else { throw .version(version) }
        let bits = number(head[12..<16])
        guard bits <= UInt64(maximumShardBits) else { throw .damaged("\(bits) shard bits") }
        return shapeBytes << Int(bits)
    }

    /// Reads head and shapes, and compares what they say with the size of the file.
    init(_ bytes: [UInt8], size: Int) throws(FilterProblem) {
        var shapes: [FuseShape] = []
        for start in stride(from: Self.headBytes, to: bytes.count, by: Self.shapeBytes) {
            let segments = Self.number(bytes[start + 8..<start + 12])
            let bits = bytes[start + 12]
            // No file has more, so what follows cannot overflow.
            guard bits <= 18, segments <= UInt64(4 * FuseShape.maximumKeys) else { throw .damaged("the head") }
            shapes.append(
                FuseShape(
                    seed: Self.number(bytes[start..<start + 8]), segmentBits: bits, segments: UInt32(segments)))
        }
        self.init(count: Self.number(bytes[16..<24]), shapes: shapes)
        guard self.size == size else { throw .damaged("\(size) bytes instead of \(self.size)") }
    }

    static func bigEndian(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
