import SSPRVocabulary

/// Compares a code with an account's recovery codes, and marks the one that is used.
struct RecoveryCodeCheck: Sendable {
    let world: Surroundings
    let notices: Notices

    /// The keyed hash of a code, bound to the method that it belongs to.
    func hash(_ code: OneTimeCode, of method: UInt64) -> [UInt8] {
        world.tags.tag(.code, code.secret, context: Array("saved \(method)".utf8))
    }

    /// Settles a code: a right one is marked in the caller's transaction when it `mayBeUsed`, and its owner is told when few are left.
    func redeem(
        _ tx: any Transaction, _ method: MethodRow, _ code: OneTimeCode, when mayBeUsed: () throws -> Bool
    ) throws -> WrittenCodeVerdict {
        let identity = RowIdentity(.method, row: method.id.number, account: method.account.number)
        var codes = try RecoveryCodes(world.sealer.open(method.payload, for: identity))
        let hash = hash(code, of: method.id.number)
        let verdict = codes.verdict(hash)
        guard verdict == .fresh else { return verdict }
        guard try mayBeUsed() else { return .wrong(.notOffered) }
        codes.use(hash)
        var used = method
        used.payload = try world.sealer.seal(codes.encoded(), for: identity)
        try tx.update(used)
        if codes.left <= RecoveryCodes.few, let account = try tx.account(method.account) {
            try notices.tell(tx, account, .recoveryCodesLow)
        }
        return .fresh
    }
}
