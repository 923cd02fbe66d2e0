import SSPRDomain
import SSPRVocabulary

/// What should happen, written down a second time from feature F2, F3, F4, F7, F9 and F11: plain values, no port, no row, no hash.
///
/// Moments are milliseconds. Each function answers with the refusal that is due; nil is success.
struct ReferenceModel {
    struct Method {
        let id: Int
        let kind: MethodKind
        var address = ""
        var key = Secret([UInt8]())
        var answers: [UInt32: String] = [:]
        var usableFrom: Int64
        var floor: UInt64 = 0
        var failures = 0
        var isDisabled = false
    }

    struct Account {
        let name: String
        let role: AccountRole
        let target: TargetName?
        var password: String
        /// The one before, where the daemon remembers it.
        var former: String?
        var isEnabled = true
        var isRegistered = false
        var methods: [Method] = []
    }

    struct SignInCount {
        var count = 0
        var locks = 0
        var lockedUntil: Int64 = 0
        var mistakes: [String] = []
    }

    struct ProofCount {
        var count = 0
        var lastAt: Int64 = 0
        var blockedUntil: Int64?
    }

    /// What a policy says that this model knows of.
    struct Rules: Equatable {
        var proofs = 2
        var hasQuestions = true

        /// An administrator's account always needs two.
        func proofs(for role: AccountRole) -> Int { role.isAdministrator ? 2 : proofs }
    }

    static let minute: Int64 = 60_000
    static let hour: Int64 = 60 * minute

    var now: Int64
    /// Those in force.
    var rules = Rules()
    /// When the target's agent was last heard.
    var agentAt: Int64 = 0
    var accounts: [String: Account] = [:]
    var signIns: [String: SignInCount] = [:]
    var proofs: [String: ProofCount] = [:]
    var messages: [String: (count: Int, firstAt: Int64)] = [:]
    var recoveries: [Recovery] = []
    var sessions: [Session] = []
    var enrolments: [Enrolment] = []
    var nextMethod = 0

    var isServed: Bool { now - agentAt < 45_000 }

    func moment(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    // MARK: Passwords

    /// The refusal before a password is even compared.
    func signInLock(_ name: String) -> Refusal? {
        let until = signIns[name]?.lockedUntil ?? 0
        return until > now ? .throttled(until: moment(until)) : nil
    }

    /// A password was compared.
    mutating func settleSignIn(_ name: String, _ password: String, isRight: Bool) -> Refusal? {
        if isRight {
            signIns[name] = nil
            return nil
        }
        var count = signIns[name] ?? SignInCount()
        if !count.mistakes.contains(password) {
            count.mistakes = Array(([password] + count.mistakes).prefix(3))
            count.count += 1
            if count.count >= 10 {
                count.lockedUntil = now + min(Self.hour, Self.minute << Int64(count.locks))
                count.locks = min(count.locks + 1, 10)
            }
        }
        signIns[name] = count
        return .refused
    }

    /// A new password's rule.
    func brokenRule(_ password: String, _ name: String) -> PasswordRule? {
        if password.count < 15 { return .tooShort }
        return name.count >= 4 && password.contains(name) ? .containsName : nil
    }

    /// A new password is in force.
    mutating func replacePassword(_ name: String, _ password: String, recovery: Int?) {
        if let before = accounts[name], before.target == nil { accounts[name]?.former = before.password }
        accounts[name]?.password = password
        signIns[name] = nil
        if let recovery { finish(recovery) }
        voidOthers(name, but: recovery)
    }

    /// Nobody knows whether a new password is in force.
    mutating func loseTrack(_ name: String, recovery: Int?) {
        if let recovery { recoveries[recovery].state = .void }
        voidOthers(name, but: recovery)
    }

    private mutating func voidOthers(_ name: String, but recovery: Int?) {
        for index in recoveries.indices where index != recovery && recoveries[index].belongs(to: name) {
            if [.open, .granted].contains(recoveries[index].state) { recoveries[index].state = .void }
        }
        endSessions(of: name)
    }

    // MARK: Accounts

    mutating func setEnabled(_ name: String, _ isEnabled: Bool) -> Refusal? {
        guard accounts[name] != nil else { return .notFound }
        accounts[name]?.isEnabled = isEnabled
        if !isEnabled { endSessions(of: name) }
        return nil
    }

    /// The kinds that an account may use.
    func kinds(_ account: Account, _ rules: Rules) -> [MethodKind] {
        [.email, .totp, .mobilePhone, .officePhone]
            + (account.role == .user && rules.hasQuestions ? [.questions] : [])
    }

    /// So many classes are needed; knowledge alone is none.
    func missing(_ methods: [Method], _ account: Account, _ rules: Rules) -> Int {
        missing(Set(methods.filter { !$0.isDisabled }.map(\.kind)), account, rules)
    }

    func missing(_ registered: Set<MethodKind>, _ account: Account, _ rules: Rules) -> Int {
        let allowed = registered.intersection(kinds(account, rules))
        let groups = allowed == [.questions] ? 0 : Set(allowed.map(Self.group)).count
        return max(0, rules.proofs(for: account.role) - groups)
    }

    /// Kinds of one group prove once only: both phones are one.
    static func group(_ kind: MethodKind) -> Int {
        switch kind {
        case .email: 1
        case .totp, .push: 2
        case .mobilePhone, .officePhone: 3
        case .questions: 4
        case .recoveryCodes: 5
        case .temporaryPass: 6
        }
    }

    // MARK: Codes

    enum CodeVerdict {
        case wrong, used
        case fresh(UInt64)
    }

    /// This step and the one before it, each once.
    func verdict(_ code: String, _ method: Method, _ codes: FakeCodes) -> CodeVerdict {
        let step = UInt64(now / 30_000)
        let matching = [step, step - 1].first {
            codes.code(seed: method.key, step: $0).secret.revealText() == code
        }
        guard let matching else { return .wrong }
        return matching > method.floor ? .fresh(matching) : .used
    }

    /// Five code messages an hour.
    mutating func spendMessage(_ name: String) -> Bool {
        var spent = messages[name] ?? (0, now)
        if now - spent.firstAt >= Self.hour { spent = (0, now) }
        guard spent.count < 5 else { return false }
        messages[name] = (spent.count + 1, spent.firstAt)
        return true
    }
}
