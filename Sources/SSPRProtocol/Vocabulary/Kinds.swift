/// A kind of method by which a person proves who they are (feature F2).
public enum MethodKind: String, WireChoice, Hashable {
    /// A code sent to an email address and typed back.
    case email
    /// A code computed by an authenticator app (RFC 6238).
    case totp
    /// A question to a paired device, answered with the number that the terminal shows and signed by the device.
    case push
    /// A code sent to a mobile phone as a text message or in a call.
    case mobilePhone
    /// A code spoken in a call to an office phone.
    case officePhone
    /// Security questions: only ever a second proof.
    case questions
    /// One of the codes that were written down at registration, each of which works once.
    case recoveryCodes
    /// A code that the help desk gave after it had made sure who asks; never registered, always offered where it is in use.
    case temporaryPass

    /// Two proofs of one recovery must be of different classes.
    public var proofClass: ProofClass {
        switch self {
        case .email: .email
        case .totp, .push: .app
        case .mobilePhone, .officePhone: .phone
        case .questions: .knowledge
        case .recoveryCodes: .saved
        case .temporaryPass: .staff
        }
    }

    /// The channels that a code may be sent through, the usual one first; none for kinds that are sent nothing.
    public var channels: [DeliveryChannel] {
        switch self {
        case .email: [.email]
        case .mobilePhone: [.sms, .voice]
        case .officePhone: [.voice]
        case .totp, .push, .questions, .recoveryCodes, .temporaryPass: []
        }
    }

    /// True for the kinds that are an address or a number.
    public var isContact: Bool { !channels.isEmpty }

    /// How a notice reaches a method's owner; nil for kinds that notices are not sent to: an office phone is answered by anybody.
    public var noticeChannel: DeliveryChannel? {
        switch self {
        case .email: .email
        case .mobilePhone: .sms
        case .totp, .push, .officePhone, .questions, .recoveryCodes, .temporaryPass: nil
        }
    }

    /// True when this may be typed for a method of the kind.
    public func acceptsTyped(_ contact: Contact) -> Bool {
        switch (self, contact) {
        case (.email, .email), (.mobilePhone, .phone), (.officePhone, .phone): true
        default: false
        }
    }

    /// True when a method of the kind may be at this contact: only an office phone has an extension.
    public func accepts(_ contact: Contact) -> Bool {
        switch (self, contact) {
        case (.email, .email), (.officePhone, .phone): true
        case (.mobilePhone, .phone(let number)): number.extension == nil
        default: false
        }
    }
}

/// The classes that proofs are counted by.
public enum ProofClass: String, WireChoice, Hashable {
    /// Something that reaches an email address.
    case email
    /// Something that an app holds.
    case app
    /// Something that reaches a telephone.
    case phone
    /// Something that is known.
    case knowledge
    /// Something that was written down.
    case saved
    /// The word of the help desk.
    case staff
}

/// Whose password an account guards; never mixed up with the role of a peer.
public enum AccountRole: String, WireChoice, Hashable {
    /// A person like any other.
    case user
    /// A person with administrative rights somewhere: always two proofs, never questions.
    case administrator
    /// An administrator who is told of every administrator's reset.
    case globalAdministrator

    /// True for both kinds of administrators.
    public var isAdministrator: Bool { self != .user }
}

/// What a peer of the socket may be, as the kernel's credentials and the configuration say.
public enum PeerRole: String, WireChoice, Hashable {
    /// Manages accounts and settings.
    case administrator
    /// Reads the audit trail.
    case auditor
    /// Acts for people: PAM, a portal, a kiosk.
    case helper
    /// Speaks with people who cannot help themselves: makes sure who they are and gives them a pass.
    case helpdesk
    /// Delivers messages.
    case courier
    /// Changes passwords elsewhere.
    case writeback
    /// A person acting for the account that carries the peer's uid.
    case person
}

/// Why a recovery is begun.
public enum RecoveryPurpose: String, WireChoice, Hashable {
    /// To set a new password.
    case reset
    /// To clear a lockout and keep the password.
    case unlock
    /// To change or remove methods, beside the present password: the account's full level (feature F3).
    case manage
    /// To show the help desk who is speaking; begun by it with `helpdesk.verify`, and never with `recovery.begin`.
    case verify
}

/// The name of a place where passwords live outside the daemon, such as `shadow`.
public struct TargetName: Sendable, CustomStringConvertible {
    /// The name's text.
    public let text: String

    /// Accepts 1 to 32 lower-case letters, digits or `-`; throws `WordError` otherwise.
    public init(_ text: String) throws {
        let accepted = text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard (1...32).contains(text.utf8.count), accepted else { throw WordError("target", Self.form) }
        self.text = text
    }

    /// The name's text.
    public var description: String { text }

    private static let form = "1 to 32 lower-case letters, digits or -"
}

extension TargetName: TextWord {
    /// Text of 1 to 32 bytes.
    public static var wireShape: WireShape { .text(bytes: 1...32, form: form) }
    /// The target `shadow`.
    public static var wireSample: TargetName { TargetName(unchecked: "shadow") }

    private init(unchecked text: String) { self.text = text }
}
