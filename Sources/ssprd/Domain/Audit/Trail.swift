public import SSPRVocabulary

/// Reading, following and verifying the audit trail.
public struct Trail: Sendable {
    let world: Surroundings

    /// Which records a reader wants.
    public struct Filter: Sendable, Equatable {
        /// Only of this account.
        public let account: AccountName?
        /// Only of this kind.
        public let kind: EventKind?

        /// Chooses records.
        public init(account: AccountName?, kind: EventKind?) {
            self.account = account
            self.kind = kind
        }

        func accepts(_ event: AuditEvent) -> Bool {
            (account == nil || event.account == account) && (kind == nil || event.kind == kind)
        }
    }

    /// A page of the trail.
    public struct Page: Sendable, Equatable {
        /// What matches.
        public let links: [AuditLink]
        /// The last number that was looked at.
        public let reached: UInt64
        /// True when nothing comes after.
        public let isLast: Bool
    }

    /// Records looked at for one page: bounds the work of a filter that matches nothing.
    static let stride = 64

    /// A page after a number.
    public func read(after sequence: UInt64, _ filter: Filter) throws -> Page {
        try world.store.read { tx in
            let links = try tx.links(after: sequence, limit: Self.stride)
            return Page(
                links: links.filter { filter.accepts($0.event) }, reached: links.last?.sequence ?? sequence,
                isLast: links.count < Self.stride)
        }
    }

    /// A page after a number; waits while there is nothing that matches.
    public func follow(after sequence: UInt64, _ filter: Filter) throws -> Step<Page> {
        try follow(after: sequence, filter, until: world.now + Throttles.wait)
    }

    private func follow(after sequence: UInt64, _ filter: Filter, until: Timestamp) throws -> Step<Page> {
        let page = try read(after: sequence, filter)
        if !page.links.isEmpty || !page.isLast { return .done(page) }
        return .wait(for: .audit, until: until) { reason in
            guard reason == .bell else { return .done(page) }
            return try follow(after: page.reached, filter, until: until)
        }
    }

    /// What verification found.
    public struct Finding: Sendable, Equatable {
        /// The head that was reached.
        public let head: AuditHead
        /// The first fault in the trail itself.
        public let fault: AuditFault?
        /// False when the record that the caller knows is not in this trail.
        public let knowsHead: Bool
    }

    /// Verifies the whole trail, and that it holds a record that the caller has kept.
    public func verify(known: AuditHead?) throws -> Finding {
        try world.store.read { tx in
            let (fault, reached) = try tx.verifyLinks(after: 0, hash: [UInt8](repeating: 0, count: 32))
            return Finding(head: reached, fault: fault, knowsHead: try known.map { try holds(tx, $0) } ?? true)
        }
    }

    private func holds(_ tx: any Snapshot, _ head: AuditHead) throws -> Bool {
        guard head.sequence > 0 else { return true }
        return try tx.links(after: head.sequence - 1, limit: 1).first
            .map { $0.sequence == head.sequence && constantTimeEqual($0.hash, head.hash) } ?? false
    }
}
