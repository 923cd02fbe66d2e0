import SSPRDomain
import SSPRVocabulary
import StrictCBOR

private enum SQL {
    static let columns = "sequence, previous, hash, event"
    static let after = "SELECT \(columns) FROM audit_links WHERE sequence > ? ORDER BY sequence LIMIT ?"
    static let walk = "SELECT \(columns) FROM audit_links WHERE sequence > ? ORDER BY sequence"
    static let insert = "INSERT INTO audit_links (\(columns)) VALUES (?, ?, ?, ?)"
    static let head = "SELECT sequence, hash FROM audit_head"
    static let setHead = "UPDATE audit_head SET sequence = ?, hash = ?"
}

/// A link as stored; its event is not read yet.
private struct StoredLink {
    let sequence: UInt64
    let previous: [UInt8]
    let hash: [UInt8]
    let bytes: [UInt8]

    init(_ row: inout Columns) throws {
        sequence = try row.sequence()
        previous = try row.next()
        hash = try row.next()
        bytes = try row.next()
    }

    func event() throws(CBORError) -> AuditEvent {
        try CBORDecoder(unknownKeys: .refuse).decode(AuditEvent.self, from: bytes)
    }
}

extension Columns {
    /// Reads a link's number: never negative, so that the next one can always be computed.
    fileprivate mutating func sequence() throws -> UInt64 {
        guard let sequence = UInt64(exactly: try integer()) else { throw corrupt("is negative") }
        return sequence
    }
}

extension SQLiteSnapshot {
    func links(after sequence: UInt64, limit: Int) throws -> [AuditLink] {
        try connection.all(SQL.after, Self.clamped(sequence), max(limit, 0)) { row in
            let link = try StoredLink(&row)
            do {
                return AuditLink(
                    sequence: link.sequence, previous: link.previous, hash: link.hash, bytes: link.bytes,
                    event: try link.event())
            } catch is CBORError {
                throw StoreCorrupt("audit link \(link.sequence) is no event")
            }
        }
    }

    func auditHead() throws -> AuditHead {
        guard let head = try storedHead() else { throw StoreCorrupt("audit_head has no row") }
        return head
    }

    private func storedHead() throws -> AuditHead? {
        try connection.first(SQL.head) { row in AuditHead(sequence: try row.sequence(), hash: try row.next()) }
    }

    func verifyLinks(after sequence: UInt64, hash start: [UInt8]) throws -> (fault: AuditFault?, reached: AuditHead) {
        var reached = AuditHead(sequence: sequence, hash: start)
        var fault: AuditFault?
        // One row at a time, whatever the trail's length.
        try connection.walk(SQL.walk, Self.clamped(sequence)) { row in
            let link = try StoredLink(&row)
            if let kind = self.fault(in: link, after: reached) {
                // After a gap the first wrong link is the one that is missing.
                fault = AuditFault(sequence: kind == .gap ? reached.sequence + 1 : link.sequence, kind: kind)
                return false
            }
            reached = AuditHead(sequence: link.sequence, hash: link.hash)
            return true
        }
        return (try fault ?? faultOfHead(after: reached), reached)
    }

    private func fault(in link: StoredLink, after reached: AuditHead) -> AuditFault.Kind? {
        guard link.sequence == reached.sequence + 1 else { return .gap }
        guard link.previous == reached.hash, link.hash == hash(link.previous, link.sequence, link.bytes) else {
            return .broken
        }
        do { _ = try link.event() } catch { return .unreadable }
        return nil
    }

    /// Compares the last link with the head that is stored beside the links: a cut tail leaves them apart.
    private func faultOfHead(after reached: AuditHead) throws -> AuditFault? {
        // Without its row, which somebody must have removed, no link is vouched for as the last one.
        guard let head = try storedHead() else { return AuditFault(sequence: reached.sequence, kind: .head) }
        if head == reached { return nil }
        let isSameNumber = head.sequence == reached.sequence
        let first = isSameNumber ? head.sequence : min(head.sequence, reached.sequence) + 1
        return AuditFault(sequence: first, kind: .head)
    }

    /// No stored number is greater than a signed integer's.
    private static func clamped(_ sequence: UInt64) -> Int64 { Int64(clamping: sequence) }
}

extension SQLiteTransaction {
    func append(_ event: AuditEvent) throws {
        // Read from its row every time: what memory kept would outlive a rollback.
        let head = try auditHead()
        let sequence = head.sequence + 1
        let bytes = try CBOREncoder().encode(event)
        let link = hash(head.hash, sequence, bytes)
        try connection.run(SQL.insert, sequence, head.hash, link, bytes)
        try connection.run(SQL.setHead, sequence, link)
    }
}
