import Glibc
import SSPRAgent
import SSPRProtocol
import SSPRVocabulary

/// The passwords of one host in `/etc/shadow`, set by chpasswd(8), which locks, writes a new file, syncs and renames.
///
/// - `verify` compares by crypt(3). Whatever is wrong with the account, the answer is "wrong password" after the same work.
/// - `preflight` looks whether `set` would be begun.
/// - `set` is believed only when the new hash in the file matches the password; it is "unchanged" only when the line is the same as before.
/// - `unlock` clears the records of pam_faillock when the target is configured for it, and is refused otherwise. It never touches the
///   `!` that an administrator puts in front of a hash: whoever disabled an account did so on purpose.
struct ShadowTarget: Target {
    private let settings: ShadowSettings
    private let files: AccountFiles

    /// chpasswd waits up to 15 s for another program's lock.
    private static let longest = Duration.seconds(16)
    private static let shortest = Duration.seconds(2)

    /// Needs root: nobody else may read `shadow`, let alone write it.
    init(_ settings: ShadowSettings) throws {
        guard geteuid() == 0 else { throw SystemError("the shadow target needs root", code: EPERM) }
        self.settings = settings
        files = AccountFiles(root: settings.root)
    }

    var name: TargetName { settings.name }

    func perform(_ order: WritebackJob, now: Timestamp) -> TargetReport {
        do throws(TargetRefusal) {
            switch order.operation {
            case .verify: return try verify(order, try Self.password(order))
            case .preflight:
                _ = try changeable(order, now: now)
                return .changed
            case .set: return try set(order, try Self.password(order), now: now)
            case .unlock: return try unlock(order)
            }
        } catch {
            return .unchanged(error)
        }
    }

    private static func password(_ order: WritebackJob) throws(TargetRefusal) -> Secret {
        guard let password = order.password else { throw TargetRefusal(.misconfigured, "the order has no password") }
        return password
    }

    // MARK: verify

    private func verify(_ order: WritebackJob, _ password: Secret) throws(TargetRefusal) -> TargetReport {
        let account: ShadowAccount
        do throws(TargetRefusal) {
            try PasswordForm.check(password)
            account = try known(order)
        } catch {
            // A file that cannot be read is nobody's wrong password; all else must look like one.
            if error.refusal == .misconfigured { throw error }
            CryptHash.spend(password)
            throw TargetRefusal(.wrongOldPassword)
        }
        guard CryptHash.matches(password, account.hash) else { throw TargetRefusal(.wrongOldPassword) }
        return .changed
    }

    // MARK: preflight

    /// The order's account, if this target may touch it.
    private func known(_ order: WritebackJob) throws(TargetRefusal) -> ShadowAccount {
        guard !settings.protected.contains(order.account.text) else { throw Self.protected }
        let account = try files.account(order.account)
        // Whoever has the name now is not whom the order means (attack A15).
        guard order.uid == nil || order.uid == account.uid else { throw TargetRefusal(.otherUser) }
        // By number, not by name: a second name of root is root.
        guard account.uid != 0, account.uid >= settings.minimumUID else { throw Self.protected }
        return account
    }

    private static var protected: TargetRefusal { TargetRefusal(.noPermission, "this account is protected") }

    /// An account whose password may be changed now.
    private func changeable(_ order: WritebackJob, now: Timestamp) throws(TargetRefusal) -> ShadowAccount {
        // Paths are lent for the calls only.
        guard unsafe access(settings.program, X_OK) == 0 else {
            throw TargetRefusal(.misconfigured, "the program that sets passwords cannot be run")
        }
        guard unsafe access(files.folder, W_OK) == 0 else {
            throw TargetRefusal(.noPermission, "/etc cannot be written")
        }
        let account = try known(order)
        let today = Int(now.milliseconds / 86_400_000)
        if account.isDisabled, !settings.allowsDisabled { throw TargetRefusal(.accountDisabled) }
        if let expiry = account.expiry, expiry <= today {
            throw TargetRefusal(.accountDisabled, "the account has expired")
        }
        // A last change on day 0 means "must be changed at the next sign-in" (shadow(5)), which no minimum age may forbid.
        if let last = account.lastChange, last > 0, let age = account.minimumAge, age > 0, today < last + age {
            throw TargetRefusal(.passwordPolicy, "the password may be changed again in \(last + age - today) day(s)")
        }
        return account
    }

    // MARK: set

    private func set(
        _ order: WritebackJob, _ password: Secret, now: Timestamp
    ) throws(TargetRefusal) -> TargetReport {
        try PasswordForm.check(password)
        let before = try changeable(order, now: now)
        // Ending a second early leaves time to look and to report: a late report is worth nothing.
        let left = Duration.milliseconds((order.deadline - now).milliseconds) - .seconds(1)
        guard left >= Self.shortest else { throw TargetRefusal(.other, "too little time was left to begin") }
        let name = order.account
        let line = Secret.assembled(capacity: name.text.utf8.count + password.count + 2) { bytes in
            // The name's own type refuses `:` and line ends.
            bytes += Array("\(name.text):".utf8)
            bytes.append(password)
            bytes.append(UInt8(ascii: "\n"))
        }
        let result = ChildProgram(command).run(input: line, limit: min(left, Self.longest))
        return judge(result, before: before, password)
    }

    /// In another root PAM is not asked, which has no modules there; the method is named instead.
    private var command: [String] {
        settings.root == "/" ? [settings.program] : [settings.program, "-R", settings.root, "-c", "YESCRYPT"]
    }

    /// What has happened is read from the file, not from the exit code alone.
    ///
    /// The program is dead by now.
    private func judge(_ result: ChildProgram.Result, before: ShadowAccount, _ password: Secret) -> TargetReport {
        let after: ShadowAccount
        do { after = try files.account(before.name) } catch { return .unknown }
        if after.uid == before.uid, CryptHash.matches(password, after.hash) { return .changed }
        guard result.ending != .exited(0), after.line == before.line else { return .unknown }
        return .unchanged(ChpasswdComplaint(result, password).refusal)
    }

    // MARK: unlock

    private func unlock(_ order: WritebackJob) throws(TargetRefusal) -> TargetReport {
        guard let records = settings.lockout else {
            throw TargetRefusal(.misconfigured, "this target keeps no failure records that could be cleared")
        }
        return records.clear(try known(order).name)
    }
}
