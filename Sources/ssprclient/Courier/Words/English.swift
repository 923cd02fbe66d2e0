import SSPRVocabulary

/// English. Each message says what happened, when, to which account, and what to do if it was not the reader.
extension Language {
    static let english = Language(
        tag: .english,
        months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        dates: DateForms(
            long: "\(.day) \(.month) \(.year), \(.minute) UTC", short: "\(.day) \(.month) \(.minute) UTC",
            clock: "\(.minute) UTC"),
        digits: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], betweenDigits: ", ",
        mail: englishMail, text: englishText, spoken: englishSpoken)

    private static let englishMail = PerKind(
        confirmationCode: MailWords(
            subject: "Confirm this address for \(.instance)",
            opening: [
                "Somebody, probably you, gave this address as a way to recover the account \(.account) at \(.instance).",
                "Type this code where you were asked for it:",
            ],
            closing: [
                "It works once, until \(.expires).",
                "If it was not you, do nothing: without the code this address is not added. "
                    + "Give the code to nobody; nobody from \(.instance) will ask you for it.",
            ]),
        recoveryCode: MailWords(
            subject: "Your recovery code for \(.instance)",
            opening: [
                "Somebody, probably you, is recovering the account \(.account) at \(.instance) (\(.happened)).",
                "Type this code where you were asked for it:",
            ],
            closing: [
                "It works once, until \(.expires).",
                "If it was not you, somebody else is trying to reset your password. "
                    + "Give the code to nobody, not even to somebody who says they call from \(.instance), "
                    + "and tell your administrator.",
            ]),
        helpDeskCode: MailWords(
            subject: "A code for the help desk of \(.instance)",
            opening: [
                "The help desk of \(.instance) is speaking with somebody who says they own the account \(.account) (\(.happened)).",
                "If you have called the help desk and are speaking with it now, tell it this code:",
            ],
            closing: [
                "It works once, until \(.expires).",
                "If you did not call, somebody else says they are you. Tell the code to nobody, least of all to somebody who calls you, "
                    + "and tell your administrator.",
            ]),
        passwordReset: notice(
            "Your password was reset",
            "The password of your account \(.account) at \(.instance) was reset after you proved who you are.",
            ifNot: "somebody else can now sign in as you.", beforeCode: undoing),
        passwordChanged: notice(
            "Your password was changed",
            "The password of your account \(.account) at \(.instance) was changed.",
            ifNot: "somebody else can now sign in as you.", beforeCode: undoing),
        passwordUndone: notice(
            "Your new password was taken back",
            "The code of a notice was used to take back the newest password of your account \(.account) at \(.instance). "
                + "The password from before is in force again, unless a directory holds it, and every way to recover the account "
                + "is out of use until you register it again.",
            ifNot: "somebody else reads your mail."),
        takeoverReported: notice(
            "Somebody may have taken over an account",
            "The newest password of the account \(.account) at \(.instance) was taken back with the code of its notice: "
                + "whoever read it says that its owner did not choose it. The password from before is in force again, "
                + "unless a directory holds it, and no way to recover the account works. "
                + "Please look into it, and speak with its owner. You are told because you administer \(.instance).",
            ifNot: "somebody else may have used the account.", concernsReader: false),
        accountUnlocked: notice(
            "Your account was unlocked",
            "Your account \(.account) at \(.instance) was unlocked. Its password is still the same.",
            ifNot: "somebody else has proved to be you."),
        methodAdded: notice(
            "A way to recover your account was added",
            "A new way to prove who you are was added to your account \(.account) at \(.instance).",
            ifNot: "somebody else may be able to reset your password."),
        methodRemoved: notice(
            "A way to recover your account was removed",
            "A way to prove who you are was removed from your account \(.account) at \(.instance).",
            ifNot: "somebody else may be preparing to lock you out."),
        methodDisabled: notice(
            "A way to recover your account is out of use",
            "Too many wrong codes were given for one of the ways to prove who you are, so it is out of use for your account \(.account) "
                + "at \(.instance) until you register it again. Signing in with your password still works.",
            ifNot: "somebody else has tried to reset your password, without success."),
        recoveryBlocked: notice(
            "Recovery of your account is blocked",
            "Too many wrong answers were given while somebody tried to recover your account \(.account) "
                + "at \(.instance). Recovery is blocked for a while. "
                + "Signing in with your password still works.",
            ifNot: "somebody else has tried to reset your password, without success."),
        recoveryDenied: notice(
            "A recovery of your account was denied",
            "Somebody tried to recover your account \(.account) at \(.instance), and it was denied on your device. "
                + "The attempt has ended, and your devices are not asked again for an hour.",
            ifNot: "somebody else holds your device."),
        administratorReset: notice(
            "An administrator's password was reset",
            "The password of the administrator \(.account) at \(.instance) was reset, or may have been where its directory gave no "
                + "answer, after the person proved who they are. You are told because you administer \(.instance) too.",
            ifNot: "\(.account) did not do this, somebody else may now act as an administrator.",
            concernsReader: false),
        administratorResets: MailWords(
            subject: "Administrators' passwords were reset (\(.instance))",
            opening: [
                "Passwords of administrators at \(.instance) that were reset since you were last told: \(.resets). "
                    + "Each person had proved who they are. The accounts: \(.resetAccounts).",
                "This was added up on \(.happened). You are told because your account \(.account) administers \(.instance) too.",
            ],
            closing: [
                "If this was expected, there is nothing to do.",
                "If one of them did not do this, somebody else may now act as an administrator. Look at the trail, and tell them and the "
                    + "other administrators at once, by a way that you already know and not by answering this message.",
            ]),
        policyChanged: notice(
            "The rules for recovering accounts were changed",
            "Another version of the policy is in force at \(.instance). Who has changed what, and why: ssprclient policy history, and "
                + "the trail. You are told because your account \(.account) administers \(.instance).",
            ifNot: "somebody else may have weakened what protects every account.", concernsReader: false),
        temporaryPassIssued: notice(
            "A temporary pass was issued for your account",
            "The help desk of \(.instance) issued a temporary pass for your account \(.account). "
                + "It works once, beside another proof, to reset your password or to change how you prove who you are.",
            ifNot: "somebody may have told the help desk that they are you."),
        recoveryCodesLow: notice(
            "Few recovery codes are left",
            "A recovery code of your account \(.account) at \(.instance) was used, and at most three are left. "
                + "Make new ones while you can: ssprclient register codes.",
            ifNot: "somebody else has your recovery codes."),
        resetUncertain: notice(
            "Your new password may or may not be in force",
            "A new password for your account \(.account) at \(.instance) was on its way when something failed, "
                + "and nobody knows whether it arrived. Try to sign in with the new password; "
                + "if it does not work, the old one does, or begin again.",
            ifNot: "somebody else has tried to set a password for your account.", beforeCode: stopping),
        unlockUncertain: notice(
            "Your account may or may not be unlocked",
            "Your account \(.account) at \(.instance) was being unlocked when something failed, and nobody knows whether it was. "
                + "Its password is still the same. Try to sign in; if it does not work, begin again.",
            ifNot: "somebody else has proved to be you."),
        reminder: MailWords(
            subject: "Could you still recover your account? (\(.instance))",
            opening: [
                "If you forget the password of your account \(.account) at \(.instance), you can set a new one yourself, "
                    + "as long as what you have registered for that is complete and still right.",
                "Please look at it again: sign in, and type ssprclient register.",
            ],
            closing: [
                "Until you have, you can sign in as before. This was written on \(.happened).",
                "Nobody at \(.instance) asks for your password or sends you a place to type it: "
                    + "use the command on a machine that you know.",
            ]),
        approvalWaiting: MailWords(subject: englishWaking, opening: [englishWaking], closing: []))

    /// What wakes a device passes through a service of somebody else's: no name, no account, no house.
    private static let englishWaking: Phrase = "A question waits for you."

    /// A password of which nobody knows whether it is in force lives in a directory.
    private static let stopping: Phrase =
        "If it was not you, type ssprclient not-me on a machine that you know, and this code, until \(.expires). It puts every way to "
        + "recover the account out of use:"

    private static let undoing: Phrase =
        "If it was not you, type ssprclient not-me on a machine that you know, and this code, until \(.expires). It brings back the "
        + "password from before, unless a directory holds it, and puts every way to recover the account out of use:"

    private static func notice(
        _ subject: Phrase, _ happening: Phrase, ifNot danger: Phrase, beforeCode: Phrase? = nil,
        concernsReader: Bool = true
    ) -> MailWords {
        let ifExpected: Phrase = concernsReader ? "If it was you" : "If this was expected"
        let ifNot: Phrase = concernsReader ? "If it was not you, " : "If "
        return MailWords(
            subject: subject + " (\(.instance))",
            opening: [happening, "This happened on \(.happened)."],
            beforeCode: beforeCode.map { [$0] } ?? [],
            closing: [
                ifExpected + ", there is nothing to do.",
                ifNot + danger + " Tell your administrator at once, "
                    + "by a way that you already know and not by answering this message.",
            ])
    }

    // The code comes first: it is what a locked screen shows.
    private static let englishText: PerKind<Phrase> = PerKind(
        confirmationCode:
            "\(.code) confirms this phone for \(.accountInShort) at \(.instanceInShort). Good until \(.expiresInShort). "
            + "Not you? Do nothing.",
        recoveryCode:
            "\(.code) is the recovery code of \(.accountInShort) at \(.instanceInShort), good until \(.expiresInShort). "
            + "Give it to nobody.",
        helpDeskCode:
            "\(.code) is for the help desk of \(.instanceInShort) about \(.accountInShort), until \(.expiresInShort). "
            + "Did not call? Tell nobody.",
        passwordReset: textNotice("the password of \(.accountInShort) was reset"),
        passwordChanged: textNotice("the password of \(.accountInShort) was changed"),
        passwordUndone: textNotice("the password of \(.accountInShort) was taken back"),
        takeoverReported: textNotice("\(.accountInShort): a new password was disputed", ifNot: "Unexpected"),
        accountUnlocked: textNotice("\(.accountInShort) was unlocked"),
        methodAdded: textNotice("a recovery method of \(.accountInShort) was added"),
        methodRemoved: textNotice("a recovery method of \(.accountInShort) was removed"),
        methodDisabled: textNotice("wrong codes: a method of \(.accountInShort) is off"),
        recoveryBlocked: textNotice("recovery of \(.accountInShort) was blocked"),
        recoveryDenied: textNotice("recovery of \(.accountInShort) was denied"),
        administratorReset: textNotice("the administrator \(.accountInShort) was reset", ifNot: "Unexpected"),
        administratorResets: textNotice("\(.accountInShort): administrators were reset", ifNot: "Unexpected"),
        policyChanged: textNotice("\(.accountInShort): the policy was changed", ifNot: "Unexpected"),
        temporaryPassIssued: textNotice("a temporary pass of \(.accountInShort) was issued"),
        recoveryCodesLow: textNotice("few recovery codes of \(.accountInShort) are left"),
        resetUncertain: textNotice("the reset of \(.accountInShort) may have failed"),
        unlockUncertain: textNotice("the unlocking of \(.accountInShort) may have failed"),
        reminder:
            "\(.instanceInShort): is what recovers \(.accountInShort) still right? Please look: ssprclient register",
        approvalWaiting: englishWaking)

    private static func textNotice(_ happening: Phrase, ifNot: Phrase = "Not you") -> Phrase {
        "\(.instanceInShort): " + happening + ", \(.happenedInShort). " + ifNot + "? Tell your administrator."
    }

    private static let englishSpoken: PerKind<Phrase> = PerKind(
        confirmationCode: spokenCode("the code that confirms this telephone"),
        recoveryCode: spokenCode("your recovery code"),
        helpDeskCode: spokenCode(
            "the code for your help desk", ifNot: "If you did not call your help desk, hang up, and tell it to nobody."),
        passwordReset: spokenNotice("The password of your account was reset."),
        passwordChanged: spokenNotice("The password of your account was changed."),
        passwordUndone: spokenNotice("The new password of your account was taken back."),
        takeoverReported: spokenNotice("Somebody may have taken over an account."),
        accountUnlocked: spokenNotice("Your account was unlocked."),
        methodAdded: spokenNotice("A way to recover your account was added."),
        methodRemoved: spokenNotice("A way to recover your account was removed."),
        methodDisabled: spokenNotice("A way to recover your account is out of use after too many wrong codes."),
        recoveryBlocked: spokenNotice("Recovery of your account is blocked after too many wrong answers."),
        recoveryDenied: spokenNotice("A recovery of your account was denied on your device."),
        administratorReset: spokenNotice("The password of an administrator was reset."),
        administratorResets: spokenNotice("Passwords of administrators were reset."),
        policyChanged: spokenNotice("The rules for recovering accounts were changed."),
        temporaryPassIssued: spokenNotice("The help desk issued a temporary pass for your account."),
        recoveryCodesLow: spokenNotice("A recovery code of your account was used, and few are left."),
        resetUncertain: spokenNotice("Nobody knows whether your new password is in force. Try to sign in."),
        unlockUncertain: spokenNotice("Nobody knows whether your account was unlocked. Try to sign in."),
        reminder:
            "This is \(.instanceInShort). Please sign in, and look whether what you have registered to recover your account "
            + "is complete and still right. Goodbye.",
        approvalWaiting: englishWaking)

    private static func spokenCode(
        _ what: Phrase,
        ifNot: Phrase = "If you did not ask for it, hang up, tell it to nobody, and call your administrator."
    ) -> Phrase {
        "This is \(.instanceInShort) with " + what + ". Your code is: \(.codeApart). Again: \(.codeApart). "
            + ifNot + " Goodbye."
    }

    private static func spokenNotice(_ happening: Phrase) -> Phrase {
        "This is \(.instanceInShort). " + happening + " If it was not you, call your administrator at once. Goodbye."
    }
}
