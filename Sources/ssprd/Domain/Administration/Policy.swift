public import SSPRVocabulary

/// Who may do what with how much proof.
///
/// An immutable value: a call sees one policy from its beginning to its end.
public struct Policy: Sendable, Equatable {
    /// Proofs of different classes that a recovery of a user's account needs: 1 or 2.
    ///
    /// An administrator's always needs 2.
    public var proofsNeeded: UInt8
    /// Whether security questions may be registered and used.
    public var questionsEnabled: Bool
    /// Whether phones may be registered and used: codes by text message or call need a courier that has a way to send them.
    public var phonesEnabled: Bool
    /// Whether devices may be paired and asked.
    public var devicesEnabled: Bool
    /// Whether the help desk may issue temporary passes, and everybody is offered to use one.
    public var passesEnabled: Bool
    /// Whether the help desk must make sure who is calling before it issues a pass, where the account has something to ask.
    public var verifiesCallers = true
    /// Whether a person must type the whole number of a phone before a code is sent to it.
    public var confirmsPhones: Bool
    /// The shortest password in code points: 8 to 256 (NIST SP 800-63B-4 section 3.1.1.2).
    public var minimumPasswordLength: Int
    /// Words that make a password weak: our own and the site's (feature F7).
    public var banned = BannedTerms.common
    /// The organisation's name, which is part of no password; nil for none.
    public var organisation: String?
    /// Passwords before the current one that a new one must not be: 0 to 24; each costs a slow hash when one is set (feature F4).
    public var rememberedPasswords = 1
    /// Whether a reset may set the current password again.
    public var reusesAfterReset = false
    /// Messages of a day through the channels that cost money: what a thief of airtime can cause at most (attack F5).
    public var dailyTexts: UInt32
    /// The same for calls.
    public var dailyCalls: UInt32
    /// How often anything may happen (feature F11).
    public var throttles = ThrottleNumbers()
    /// How long a new contact cannot be used for recovery; not at first registration.
    public var contactCoolingOff: Timestamp.Span
    /// How long a new password may be taken back with the code of its notice: 0, for not at all, to 72 hours.
    public var undoLife = Timestamp.Span.hours(24)
    /// Days for which the version before still counts for whoever has too little for this one: 0 to 90 (decision 30).
    public var graceDays = 14
    /// Whether who signs in is asked to register what is missing and to look at contacts again.
    public var asksAtSignIn: Bool
    /// How often that may be put off: 0 to 20; after that it is said at every sign-in, which still works.
    public var postponements: UInt32
    /// How long a look at addresses and numbers holds; nil when they need not be looked at again.
    public var reviewPeriod: Timestamp.Span?
    /// Security questions to register: 3 to 5.
    public var questionsRegistered: Int
    /// Security questions asked in a recovery: 3 to as many as are registered.
    ///
    /// Who registered fewer, under another policy, is asked all of them.
    public var questionsAsked: Int
    /// The questions' language for accounts without one and for names that are none.
    public var language: LanguageTag

    /// For whom recovery is on, administrators apart.
    public var enablement = Enablement.all
    /// Whether it is on for administrators: off it is for all of them at once, whatever is under way (feature F5).
    public var administratorsRecover = true

    /// The defaults of feature F2, F3, F7.
    public init(
        proofsNeeded: UInt8 = 2, questionsEnabled: Bool = false, phonesEnabled: Bool = false,
        devicesEnabled: Bool = false, passesEnabled: Bool = false,
        confirmsPhones: Bool = true, minimumPasswordLength: Int = 15,
        dailyTexts: UInt32 = 1000,
        dailyCalls: UInt32 = 200, contactCoolingOff: Timestamp.Span = .hours(24), asksAtSignIn: Bool = true,
        postponements: UInt32 = 3, reviewPeriod: Timestamp.Span? = .hours(180 * 24), language: LanguageTag = .english,
        questionsRegistered: Int = 5, questionsAsked: Int = 3
    ) {
        self.proofsNeeded = proofsNeeded
        self.questionsEnabled = questionsEnabled
        self.phonesEnabled = phonesEnabled
        self.devicesEnabled = devicesEnabled
        self.passesEnabled = passesEnabled
        self.confirmsPhones = confirmsPhones
        self.minimumPasswordLength = minimumPasswordLength
        self.dailyTexts = dailyTexts
        self.dailyCalls = dailyCalls
        self.contactCoolingOff = contactCoolingOff
        self.asksAtSignIn = asksAtSignIn
        self.postponements = postponements
        self.reviewPeriod = reviewPeriod
        self.language = language
        self.questionsRegistered = questionsRegistered
        self.questionsAsked = questionsAsked
    }

    /// The proofs that recovering an account of a role needs (feature F5).
    func proofsNeeded(for role: AccountRole) -> UInt8 { role.isAdministrator ? 2 : proofsNeeded }

    /// True when recovery is on for an account of a role in these groups.
    func admits(_ role: AccountRole, in groups: [GroupName]) -> Bool {
        let isAdmitted = enablement.admits(groups)
        return role.isAdministrator ? administratorsRecover : isAdmitted
    }

    /// The kinds that an account of a role may register and use.
    func kinds(for role: AccountRole) -> [MethodKind] {
        MethodKind.allCases.filter { kind in
            switch kind {
            case .email, .totp, .recoveryCodes: true
            case .mobilePhone, .officePhone: phonesEnabled
            case .push: devicesEnabled
            case .questions: questionsEnabled && !role.isAdministrator
            case .temporaryPass: false
            }
        }
    }

    /// The messages that a channel may carry in a day; nil without a limit: mail costs nothing, and wake-ups are
    /// bounded by the questions of an account.
    func dailyBudget(of channel: DeliveryChannel) -> UInt32? {
        switch channel {
        case .email, .push: nil
        case .sms: dailyTexts
        case .voice: dailyCalls
        }
    }

    /// True for the kinds whose contact must be typed in whole before anything is sent (feature F2).
    func confirmsContact(_ kind: MethodKind) -> Bool { confirmsPhones && kind.proofClass == .phone }

    /// How many more methods of other classes are needed: questions count as a second proof, never as the first.
    func missing(_ methods: [MethodRow], role: AccountRole) -> UInt32 {
        missing(methods.filter { !$0.isDisabled }.map(\.kind), role: role)
    }

    /// The same for kinds alone; a pass that can be used now counts like a method.
    func missing(_ kinds: [MethodKind], role: AccountRole) -> UInt32 {
        let allowed = self.kinds(for: role) + (passesEnabled ? [.temporaryPass] : [])
        return Self.missing(kinds.filter(allowed.contains), of: Int(proofsNeeded(for: role)))
    }

    /// How many of so many proofs of different classes are missing; asked of what is registered and of what was proven alike.
    ///
    /// Questions are never the first proof, and a device never the only one (feature F2).
    static func missing(_ kinds: [MethodKind], of needed: Int) -> UInt32 {
        let canBegin = kinds.contains { $0 != .questions && ($0 != .push || needed > 1) }
        return UInt32(max(0, needed - (canBegin ? Set(kinds.map(\.proofClass)).count : 0)))
    }

    /// The longest password in code points; longer is refused, never cut.
    static let maximumPasswordLength = 256
}
