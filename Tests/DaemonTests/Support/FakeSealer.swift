import SSPRDomain
import SSPRVocabulary

/// Sealing bound to the row's identity, so that a value moved to another row does not open (attack G6).
final class FakeSealer: Sealer {
    /// What a sealed value is longer than its plaintext.
    static let overhead = 16

    private let count = Guarded((seals: 0, opens: 0))

    /// How many values were sealed; a transaction's rehearsal counts too.
    var seals: Int { count.withLock { $0.seals } }
    /// How many values were opened.
    var opens: Int { count.withLock { $0.opens } }

    func seal(_ plaintext: Secret, for row: RowIdentity) throws -> Sealed {
        count.withLock { $0.seals += 1 }
        let plain = plaintext.copy
        return Sealed(key: 1, bytes: seal(of: plain, row) + masked(plain, row))
    }

    func open(_ sealed: Sealed, for row: RowIdentity) throws -> Secret {
        count.withLock { $0.opens += 1 }
        guard sealed.bytes.count >= Self.overhead else { throw SealBroken() }
        let plain = masked(Array(sealed.bytes.dropFirst(Self.overhead)), row)
        guard Array(sealed.bytes.prefix(Self.overhead)) == seal(of: plain, row) else { throw SealBroken() }
        return Secret(plain)
    }

    private func seal(of plain: [UInt8], _ row: RowIdentity) -> [UInt8] {
        Array(FakeDigest.of([name(row), plain]).prefix(Self.overhead))
    }

    private func masked(_ bytes: [UInt8], _ row: RowIdentity) -> [UInt8] {
        let mask = FakeDigest.of([name(row)])[0] | 1
        return bytes.map { $0 ^ mask }
    }

    private func name(_ row: RowIdentity) -> [UInt8] {
        [row.table.rawValue] + row.row.bigEndianBytes + row.account.bigEndianBytes
    }
}
