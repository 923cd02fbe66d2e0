import SSPRVocabulary

/// Queues messages to people, inside the caller's transaction.
struct Notices: Sendable {
    let world: Surroundings

    /// Tells an account by every confirmed address and mobile phone, after a recovery first by those that carried none of its codes: whoever
    /// read a code there may read, and remove, the notice too (attack G12).
    ///
    /// Only mail has the room for `code`. Returns the channels of the messages that it has written.
    @discardableResult func tell(
        _ tx: any Transaction, _ account: AccountRow, _ kind: MessageKind, after recovery: RecoveryID? = nil,
        carrying code: NoticeCode? = nil
    ) throws -> [DeliveryChannel] {
        let counters = try world.counters(tx)
        let carriers = try carriers(tx, recovery)
        var told: Set<MethodID> = []
        var channels: [DeliveryChannel] = []
        let methods = try tx.methods(of: account.id)
        for method in methods.filter({ !carriers.contains($0.id) }) + methods.filter({ carriers.contains($0.id) }) {
            guard let channel = method.kind.noticeChannel else { continue }
            guard try counters.spend(.account(account.id), .notices) == .within else { break }
            guard try Budgets(world: world, tx: tx).spend(channel) else { continue }
            // Couriers take what has been due for longest.
            let lead = Timestamp.Span(milliseconds: carriers.isEmpty || carriers.contains(method.id) ? 0 : -1)
            try queue(
                tx, kind, to: .contact(contact(of: method)), via: channel, code: channel == .email ? code?.code : nil,
                codeExpiresAt: channel == .email ? code?.expiresAt : nil, about: account.id,
                life: Throttles.noticeLife, dueIn: lead)
            told.insert(method.id)
            channels.append(channel)
        }
        guard let recovery, told.isSubset(of: carriers) else { return channels }
        try tx.append(
            AuditEvent(
                .noticeMissed, told.isEmpty ? .failed : .unavailable, at: world.now, by: world.daemon,
                account: account.name, recovery: recovery))
        return channels
    }

    /// The methods to which a recovery has sent a code.
    private func carriers(_ tx: any Snapshot, _ recovery: RecoveryID?) throws -> Set<MethodID> {
        guard let recovery = try recovery.flatMap({ try tx.recovery($0) }) else { return [] }
        return Set(
            try recovery.offers.filter { try tx.code(of: recovery.id, choice: $0.choice) != nil }.compactMap(\.method))
    }

    /// Tells every global administrator but the one concerned (feature F5).
    func tellGlobalAdministrators(
        _ tx: any Transaction, _ kind: MessageKind, about account: AccountRow
    ) throws {
        try tell(tx, tx.accounts(role: .globalAdministrator).filter { $0.id != account.id }, kind, about: account)
    }

    /// Tells some administrators of another's account.
    func tell(
        _ tx: any Transaction, _ administrators: [AccountRow], _ kind: MessageKind, about account: AccountRow
    ) throws {
        for administrator in administrators {
            for method in try tx.methods(of: administrator.id) where method.kind == .email {
                try queue(
                    tx, kind, to: .contact(contact(of: method)), via: .email, about: account.id,
                    reader: administrator.id, life: Throttles.noticeLife)
            }
        }
    }

    /// Tells every global administrator, of their own account, that the policy is another one.
    ///
    /// Whoever has changed it is told as well: somebody may act under their name.
    func tellOfPolicy(_ tx: any Transaction) throws {
        for administrator in try tx.accounts(role: .globalAdministrator) {
            for method in try tx.methods(of: administrator.id) where method.kind == .email {
                try queue(
                    tx, .policyChanged, to: .contact(contact(of: method)), via: .email, about: administrator.id,
                    life: Throttles.noticeLife)
            }
        }
    }

    /// The address or number of a registered method that is one.
    func contact(of method: MethodRow) throws -> Contact {
        let identity = RowIdentity(.method, row: method.id.number, account: method.account.number)
        guard let text = try world.sealer.open(method.payload, for: identity).revealText() else { throw SealBroken() }
        return try Contact(text)
    }

    /// Queues one message.
    ///
    /// Without an account it is a decoy: a row of equal size that no courier is ever given. `owner` and `aim` say for the trace whose it
    /// seems to be, and why nobody gets it; `reader` is whose contact it is, when that is not the account concerned.
    func queue(
        _ tx: any Transaction, _ kind: MessageKind, to recipient: Recipient, via channel: DeliveryChannel,
        code: OneTimeCode? = nil, codeExpiresAt: Timestamp? = nil, question: ApprovalID? = nil,
        digest: DigestNumber? = nil,
        about account: AccountID?, reader: AccountID? = nil,
        life: Timestamp.Span, dueIn lead: Timestamp.Span = .seconds(0),
        for origin: TraceOrigin? = nil, owner: AccountID? = nil, aim: TraceAim = .person
    ) throws {
        let id: DeliveryID = world.ambient.identifier()
        let now = world.now
        let payload = DeliveryPayload(
            recipient: recipient, code: code, codeExpiresAt: codeExpiresAt, reader: reader, happenedAt: now
        ).encoded()
        try tx.insert(
            DeliveryRow(
                id: id, account: account, channel: channel, kind: kind,
                payload: try world.sealer.seal(payload, for: DeliveryPayload.identity(id, account)),
                queuedAt: now, expiresAt: now + life, dueAt: now + lead, lease: 0, leasedUntil: nil,
                question: question, digest: digest))
        try tx.insert(
            TraceRow(
                delivery: id, account: account ?? owner, origin: origin, channel: channel, kind: kind, aim: aim,
                queuedAt: now, expiresAt: now + life),
            keepingSince: now + -Throttles.traceLife, newest: Throttles.traces)
    }
}
