import SSPRVocabulary

/// What a message says: a subject, the lines before the code and the lines after it.
struct MessageText {
    let subject: String
    let opening: [String]
    let closing: [String]
}

/// What is known when a message is written.
struct MessageFacts {
    let account: AccountName
    /// The name shown to people.
    let instance: String
    let happenedAt: CalendarTime
    let expiresAt: CalendarTime
}

/// The words of every message, in English. The daemon sends facts only (feature F8).
///
/// Each says what happened, when, to which account, and what to do if it was not the reader.
extension MessageFacts {
    func text(_ kind: MessageKind) -> MessageText {
        switch kind {
        case .confirmationCode: confirmationCode
        case .recoveryCode: recoveryCode
        case .passwordReset:
            notice(
                "Your password was reset",
                "The password of your account \(account) at \(instance) was reset after you proved who you are.",
                ifNot: "somebody else can now sign in as you.")
        case .passwordChanged:
            notice(
                "Your password was changed",
                "The password of your account \(account) at \(instance) was changed.",
                ifNot: "somebody else can now sign in as you.")
        case .accountUnlocked:
            notice(
                "Your account was unlocked",
                "Your account \(account) at \(instance) was unlocked. Its password is still the same.",
                ifNot: "somebody else has proved to be you.")
        case .methodAdded:
            notice(
                "A way to recover your account was added",
                "A new way to prove who you are was added to your account \(account) at \(instance).",
                ifNot: "somebody else may be able to reset your password.")
        case .methodRemoved:
            notice(
                "A way to recover your account was removed",
                "A way to prove who you are was removed from your account \(account) at \(instance).",
                ifNot: "somebody else may be preparing to lock you out.")
        case .methodDisabled:
            notice(
                "A way to recover your account is out of use",
                "Too many wrong codes were given for one of the ways to prove who you are, so it is out of use for your account \(account) "
                    + "at \(instance) until you register it again. Signing in with your password still works.",
                ifNot: "somebody else has tried to reset your password, without success.")
        case .recoveryBlocked:
            notice(
                "Recovery of your account is blocked",
                "Too many wrong answers were given while somebody tried to recover your account \(account) "
                    + "at \(instance). Recovery is blocked for a while. "
                    + "Signing in with your password still works.",
                ifNot: "somebody else has tried to reset your password, without success.")
        case .recoveryDenied:
            notice(
                "A recovery of your account was denied",
                "Somebody tried to recover your account \(account) at \(instance), and it was denied on your device. "
                    + "The attempt has ended, and your devices are not asked again for an hour.",
                ifNot: "somebody else holds your device.")
        case .administratorReset:
            notice(
                "An administrator's password was reset",
                "The password of the administrator \(account) at \(instance) was reset "
                    + "after the person proved who they are. You are told because you administer \(instance) too.",
                ifNot: "\(account) did not do this, somebody else may now act as an administrator.",
                concernsReader: false)
        case .resetUncertain:
            notice(
                "Your new password may or may not be in force",
                "A new password for your account \(account) at \(instance) was on its way when something failed, "
                    + "and nobody knows whether it arrived. Try to sign in with the new password; "
                    + "if it does not work, the old one does, or begin again.",
                ifNot: "somebody else has tried to set a password for your account.")
        case .unlockUncertain:
            notice(
                "Your account may or may not be unlocked",
                "Your account \(account) at \(instance) was being unlocked when something failed, and nobody knows whether it was. "
                    + "Its password is still the same. Try to sign in; if it does not work, begin again.",
                ifNot: "somebody else has proved to be you.")
        }
    }

    private var confirmationCode: MessageText {
        MessageText(
            subject: "Confirm this address for \(instance)",
            opening: [
                "Somebody, probably you, gave this address as a way to recover the account \(account) at \(instance).",
                "Type this code where you were asked for it:",
            ],
            closing: [
                "It works once, until \(expiresAt.plain).",
                "If it was not you, do nothing: without the code this address is not added. "
                    + "Give the code to nobody; nobody from \(instance) will ask you for it.",
            ])
    }

    private var recoveryCode: MessageText {
        MessageText(
            subject: "Your recovery code for \(instance)",
            opening: [
                "Somebody, probably you, is recovering the account \(account) at \(instance) (\(happenedAt.plain)).",
                "Type this code where you were asked for it:",
            ],
            closing: [
                "It works once, until \(expiresAt.plain).",
                "If it was not you, somebody else is trying to reset your password. "
                    + "Give the code to nobody, not even to somebody who says they call from \(instance), "
                    + "and tell your administrator.",
            ])
    }

    private func notice(
        _ subject: String, _ happening: String, ifNot danger: String, concernsReader: Bool = true
    ) -> MessageText {
        MessageText(
            subject: "\(subject) (\(instance))",
            opening: [happening, "This happened on \(happenedAt.plain)."],
            closing: [
                "If \(concernsReader ? "it was you" : "this was expected"), there is nothing to do.",
                (concernsReader ? "If it was not you, " : "If ") + danger + " Tell your administrator at once, "
                    + "by a way that you already know and not by answering this message.",
            ])
    }
}
