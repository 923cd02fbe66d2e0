import SSPRVocabulary

extension PolicyField {
    /// How many questions there may be to register or to answer.
    static let questions = 3...5

    /// The name of the field that says how long the version before still counts.
    static let grace = "recovery.graceDays"

    /// Every field but those of the throttles, in the order of the page for administrators.
    ///
    /// What is read and written elsewhere than in the policy's own property does not belong here.
    static let own: [PolicyField] = [
        flag(
            "administrators", \.administratorsRecover, .lesser, decidesWhoRecovers: true,
            "Whether administrators may recover and register; off, it ends at once what they have under way."),
        flag(
            "questions", \.questionsEnabled, .lesser, decidesWhoRecovers: true,
            "Whether security questions may be registered and used; never by administrators."
        ).alsoForGroups,
        flag(
            "phones", \.phonesEnabled, .lesser, decidesWhoRecovers: true,
            "Whether phones may be registered and used; a courier must have a route to them."
        ).alsoForGroups,
        flag(
            "devices", \.devicesEnabled, .lesser, decidesWhoRecovers: true,
            "Whether devices may be paired and asked."
        ).alsoForGroups,
        flag(
            "temporaryPass", \.passesEnabled, .lesser, decidesWhoRecovers: true,
            "Whether the help desk may issue temporary passes, and everybody is offered to use one."
        ).alsoForGroups,
        flag(
            "helpDesk.verifyCallers", \.verifiesCallers, .greater,
            "Whether the help desk must make sure who is calling before it issues a pass, where the account has something to ask."
        ).alsoForGroups,
        PolicyField(
            "language", .language, .neither, "The language of accounts without one and of names that are none."
        ) {
            .word($0.language.text)
        } store: { policy, value in
            if case .word(let word) = value, let tag = try? LanguageTag(word) { policy.language = tag }
        },
        number(
            "passwords.minimumLength", 8...Policy.maximumPasswordLength, "characters", \.minimumPasswordLength,
            .greater,
            "The shortest new password."
        ).alsoForGroups,
        number(
            "passwords.remembered", 0...24, "passwords", \.rememberedPasswords, .greater,
            "Passwords before the current one that a new one must not be; each costs a slow hash when one is set."
        ).alsoForGroups,
        flag(
            "passwords.reuseAfterReset", \.reusesAfterReset, .lesser,
            "Whether a reset may set the current password again."
        ).alsoForGroups,
        number(
            "recovery.proofs", 1...2, "proofs", \.proofsNeeded, .greater, decidesWhoRecovers: true,
            "Proofs of different classes that recovering a user's account needs; an administrator's always needs 2."
        ).alsoForGroups,
        flag(
            "recovery.confirmPhones", \.confirmsPhones, .greater,
            "Whether the whole number of a phone must be typed before a code is sent to it."
        ).alsoForGroups,
        number(
            "recovery.questionsRegistered", questions, "questions", \.questionsRegistered, .greater,
            "Security questions to register."
        ).alsoForGroups,
        number(
            "recovery.questionsAsked", questions, "questions", \.questionsAsked, .greater,
            "Security questions asked in a recovery, at most as many as are registered."
        ).alsoForGroups,
        hours(
            "recovery.coolingOffHours", 0...72, \.contactCoolingOff, .greater,
            "How long a method that is added later cannot be used for recovery."
        ).alsoForGroups,
        hours(
            "recovery.undoHours", 0...72, \.undoLife, .greater,
            "How long a new password may be taken back with the code of its notice; 0 for not at all."
        ).alsoForGroups,
        number(
            grace, 0...90, "days", \.graceDays, .lesser,
            "How long after a version comes into force whoever has too little for it may still recover by the one before."
        ),
        flag(
            "registration.askAtSignIn", \.asksAtSignIn, .greater,
            "Whether who signs in is asked to register what is missing and to look at contacts again."
        ).alsoForGroups,
        number(
            "registration.postponements", 0...20, "times", \.postponements, .lesser,
            "How often that may be put off; after that it is said at every sign-in."
        ).alsoForGroups,
        PolicyField(
            "registration.reviewDays", .number(0...730, unit: "days"), .lesserButNotNever,
            "How long a look at addresses and numbers holds; 0 for ever."
        ) {
            .number($0.reviewPeriod.map { Int(clamping: $0.milliseconds / Timestamp.Span.hours(24).milliseconds) } ?? 0)
        } store: { policy, value in
            if case .number(let days) = value { policy.reviewPeriod = days == 0 ? nil : .hours(Int64(days) * 24) }
        },
        number(
            "budgets.textsPerDay", 0...1_000_000, "messages", \.dailyTexts, .neither,
            "Text messages of a day, of the whole house."),
        number(
            "budgets.callsPerDay", 0...1_000_000, "calls", \.dailyCalls, .neither,
            "Calls of a day, of the whole house."),
    ]

    /// What only the configuration file may say, and why.
    public static let configurationOnly: [(name: String, reason: String)] = [
        ("enablement", "it names groups, and is looked at beside them"),
        ("passwords.banned", "it is a list, or names a file on the daemon's host"),
        ("passwords.organisation", "it goes with the list of banned words"),
        ("passwords.breached", "it names a file on the daemon's host"),
        ("helpDesk.contact", "it tells people something, and decides nothing"),
    ]
}
