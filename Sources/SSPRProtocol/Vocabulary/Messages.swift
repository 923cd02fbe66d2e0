/// What a message to a person says; its words are the courier's (feature F8).
public enum MessageKind: String, WireChoice, Hashable {
    /// A code that confirms an address at registration.
    case confirmationCode
    /// A code that proves a recovery.
    case recoveryCode
    /// A code that its reader tells the help desk, which they called.
    case helpDeskCode
    /// The password was reset.
    case passwordReset
    /// The password was changed by its owner.
    case passwordChanged
    /// A new password was taken back with the code of its notice, and every method is out of use.
    case passwordUndone
    /// The same, for every other global administrator: somebody may have taken an account over.
    case takeoverReported
    /// The account was unlocked.
    case accountUnlocked
    /// A method was added.
    case methodAdded
    /// A method was removed.
    case methodRemoved
    /// A method was disabled after failures in a row.
    case methodDisabled
    /// Recovery was blocked after wrong proofs.
    case recoveryBlocked
    /// A recovery was denied on the account's own device, and has ended.
    case recoveryDenied
    /// An administrator's password was reset; for every other global administrator.
    case administratorReset
    /// Passwords of administrators were reset in the day before; for the global administrators who were not told of each.
    case administratorResets
    /// A version of the policy came into force; for every global administrator.
    case policyChanged
    /// The help desk has issued a temporary pass.
    case temporaryPassIssued
    /// Few recovery codes are left.
    case recoveryCodesLow
    /// It is not certain whether a new password reached its directory.
    case resetUncertain
    /// It is not certain whether an account was unlocked at its directory.
    case unlockUncertain
    /// The account's methods are to be completed, or its contacts looked at again.
    case reminder
    /// A question waits for a device: this wakes it, and says nothing else.
    case approvalWaiting

    /// What a courier may know besides whom to wake: for a wake-up not even the account.
    public var namesAccount: Bool { self != .approvalWaiting }

    /// A notice of a password that is new, or may be, may hold the code that takes it back; it is told without it too.
    public var mayCarryUndoCode: Bool {
        self == .passwordReset || self == .passwordChanged || self == .resetUncertain
    }

    /// Code messages die with their code and are limited apart from notices.
    public var carriesCode: Bool { self == .confirmationCode || self == .recoveryCode || self == .helpDeskCode }
}

/// How a message reaches a person.
public enum DeliveryChannel: String, WireChoice, Hashable {
    /// Mail to an email address.
    case email
    /// A text message to a mobile phone.
    case sms
    /// A call in which the code is spoken.
    case voice
    /// A push service that wakes a device.
    case push
}

/// How far a message came; the courier reports the last three.
public enum DeliveryOutcome: String, WireChoice, Hashable {
    /// The next hop took it.
    case accepted
    /// It did not work now; the daemon tries again later.
    case retry
    /// It can never work.
    case rejected
}

/// What an order asks for.
public enum WritebackOperation: String, WireChoice, Hashable {
    /// Check a password; changes nothing. `changed` means that it is right.
    case verify
    /// Check that the account is there and may be changed; changes nothing. `changed` means that it is.
    case preflight
    /// Set a new password.
    case set
    /// Clear a lockout.
    case unlock
}

/// How a write-back order ended.
public enum WritebackOutcome: String, WireChoice, Hashable {
    /// The new password is in force at the target.
    case changed
    /// Certainly nothing has changed there; `WritebackRefusal` says why.
    case unchanged
    /// Nobody knows.
    case unknown
}

/// Why a target refused: Entra's classes 33001 to 33009 (feature F9).
public enum WritebackRefusal: String, WireChoice, Hashable {
    case other
    case noSuchUser
    case severalUsers
    case noPermission
    case accountDisabled
    case accountLocked
    case wrongOldPassword
    case passwordPolicy
    case misconfigured
    /// The name is somebody else's there: another immutable number than the order says.
    case otherUser
}

/// Why a new password is refused (feature F7).
public enum PasswordRule: String, WireChoice, Hashable {
    /// Shorter than the policy's minimum.
    case tooShort
    /// Longer than 256 characters.
    case tooLong
    /// Not UTF-8, or with characters that cannot be seen or are not assigned (RFC 8265 section 4.2).
    case notText
    /// The same as the current one.
    case sameAsCurrent
    /// One of the last ones before the current one.
    case usedBefore
    /// It stands in the site's list of passwords that have become known.
    case breached
    /// It contains the account's name.
    case containsName
    /// It contains the organisation's name.
    case containsOrganisation
    /// It is made of banned words: it has fewer points than it needs.
    case banned
    /// The directory's own policy refused it.
    case directoryPolicy
}
