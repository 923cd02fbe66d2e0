import SSPRVocabulary

/// German, in the polite form.
extension Language {
    static let german = Language(
        tag: .german,
        months: [
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember",
        ],
        dates: DateForms(
            long: "\(.day). \(.month) \(.year), \(.minute) Uhr (UTC)",
            short: "\(.twoDigitDay).\(.twoDigitMonth). \(.minute) UTC", clock: "\(.minute) UTC"),
        // Zwo: on a bad line "zwei" is heard as "drei".
        digits: ["null", "eins", "zwo", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"], betweenDigits: ", ",
        mail: germanMail, text: germanText, spoken: germanSpoken)

    private static let germanMail = PerKind(
        confirmationCode: MailWords(
            subject: "Bestätigen Sie diese Adresse für \(.instance)",
            opening: [
                "Jemand, vermutlich Sie, hat diese Adresse angegeben, um damit das Konto \(.account) bei \(.instance) "
                    + "wiederherstellen zu können.",
                "Geben Sie diesen Code dort ein, wo Sie danach gefragt wurden:",
            ],
            closing: [
                "Er gilt einmal, bis zum \(.expires).",
                "Waren Sie es nicht, ist nichts zu tun: Ohne den Code wird diese Adresse nicht hinzugefügt. "
                    + "Geben Sie ihn niemandem; niemand von \(.instance) wird Sie danach fragen.",
            ]),
        recoveryCode: MailWords(
            subject: "Ihr Wiederherstellungscode für \(.instance)",
            opening: [
                "Jemand, vermutlich Sie, stellt gerade das Konto \(.account) bei \(.instance) wieder her (\(.happened)).",
                "Geben Sie diesen Code dort ein, wo Sie danach gefragt wurden:",
            ],
            closing: [
                "Er gilt einmal, bis zum \(.expires).",
                "Waren Sie es nicht, versucht jemand anderes, Ihr Passwort zurückzusetzen. "
                    + "Geben Sie den Code niemandem, auch niemandem, der sich am Telefon als \(.instance) ausgibt, "
                    + "und sagen Sie Ihrer Administration Bescheid.",
            ]),
        helpDeskCode: MailWords(
            subject: "Ein Code für den Helpdesk von \(.instance)",
            opening: [
                "Der Helpdesk von \(.instance) spricht mit jemandem, dem nach eigenen Worten das Konto \(.account) gehört (\(.happened)).",
                "Wenn Sie den Helpdesk angerufen haben und gerade mit ihm sprechen, nennen Sie ihm diesen Code:",
            ],
            closing: [
                "Er gilt einmal, bis zum \(.expires).",
                "Haben Sie nicht angerufen, gibt sich jemand anderes als Sie aus. Nennen Sie den Code niemandem, schon gar nicht jemandem, "
                    + "der Sie anruft, und sagen Sie Ihrer Administration Bescheid.",
            ]),
        passwordReset: notice(
            "Ihr Passwort wurde zurückgesetzt",
            "Das Passwort Ihres Kontos \(.account) bei \(.instance) wurde zurückgesetzt, nachdem Sie sich ausgewiesen hatten.",
            ifNot: "kann sich jetzt jemand anderes als Sie anmelden.", beforeCode: undoing),
        passwordChanged: notice(
            "Ihr Passwort wurde geändert",
            "Das Passwort Ihres Kontos \(.account) bei \(.instance) wurde geändert.",
            ifNot: "kann sich jetzt jemand anderes als Sie anmelden.", beforeCode: undoing),
        passwordUndone: notice(
            "Ihr neues Passwort wurde zurückgenommen",
            "Mit dem Code aus einer Nachricht wurde das neueste Passwort Ihres Kontos \(.account) bei \(.instance) zurückgenommen. "
                + "Es gilt wieder das vorige, wenn kein Verzeichnis es führt, und kein Weg zur Wiederherstellung des Kontos gilt mehr, "
                + "bis Sie ihn neu einrichten.",
            ifNot: "liest jemand anderes Ihre E-Mails."),
        takeoverReported: notice(
            "Jemand hat womöglich ein Konto übernommen",
            "Das neueste Passwort des Kontos \(.account) bei \(.instance) wurde mit dem Code aus der Nachricht darüber zurückgenommen: "
                + "Wer sie gelesen hat, sagt, dass die Person es nicht gewählt hat. Es gilt wieder das vorige, wenn kein Verzeichnis "
                + "es führt, und kein Weg zur Wiederherstellung gilt mehr. Bitte gehen Sie dem nach und sprechen Sie mit der Person. "
                + "Sie erfahren das, weil Sie \(.instance) verwalten.",
            ifExpected: "War das zu erwarten",
            otherwise: "War das nicht zu erwarten, ",
            ifNot: "hat womöglich jemand anderes das Konto benutzt."),
        accountUnlocked: notice(
            "Ihr Konto wurde entsperrt",
            "Ihr Konto \(.account) bei \(.instance) wurde entsperrt. Das Passwort ist dasselbe geblieben.",
            ifNot: "hat sich jemand anderes mit Erfolg für Sie ausgegeben."),
        methodAdded: notice(
            "Ein Weg zur Wiederherstellung Ihres Kontos ist hinzugekommen",
            "Für Ihr Konto \(.account) bei \(.instance) gibt es jetzt einen weiteren Weg, sich auszuweisen.",
            ifNot: "kann jemand anderes womöglich Ihr Passwort zurücksetzen."),
        methodRemoved: notice(
            "Ein Weg zur Wiederherstellung Ihres Kontos wurde entfernt",
            "Einer der Wege, sich für Ihr Konto \(.account) bei \(.instance) auszuweisen, wurde entfernt.",
            ifNot: "will jemand anderes Sie womöglich aussperren."),
        methodDisabled: notice(
            "Ein Weg zur Wiederherstellung Ihres Kontos ist stillgelegt",
            "Für einen der Wege, sich auszuweisen, wurden zu viele falsche Codes eingegeben. Er ist deshalb für Ihr Konto \(.account) "
                + "bei \(.instance) stillgelegt, bis Sie ihn neu registrieren. "
                + "Mit Ihrem Passwort können Sie sich weiterhin anmelden.",
            ifNot: "hat jemand anderes vergeblich versucht, Ihr Passwort zurückzusetzen."),
        recoveryBlocked: notice(
            "Die Wiederherstellung Ihres Kontos ist gesperrt",
            "Jemand wollte Ihr Konto \(.account) bei \(.instance) wiederherstellen und hat dabei zu viele falsche Antworten gegeben. "
                + "Die Wiederherstellung ist deshalb eine Zeit lang gesperrt. "
                + "Mit Ihrem Passwort können Sie sich weiterhin anmelden.",
            ifNot: "hat jemand anderes vergeblich versucht, Ihr Passwort zurückzusetzen."),
        recoveryDenied: notice(
            "Eine Wiederherstellung Ihres Kontos wurde abgelehnt",
            "Jemand wollte Ihr Konto \(.account) bei \(.instance) wiederherstellen, und auf Ihrem Gerät wurde das abgelehnt. "
                + "Der Versuch ist beendet, und Ihre Geräte werden eine Stunde lang nicht mehr gefragt.",
            ifExpected: "Haben Sie selbst abgelehnt",
            ifNot: "hat jemand anderes Ihr Gerät in der Hand."),
        administratorReset: notice(
            "Das Passwort eines Administrationskontos wurde zurückgesetzt",
            "Das Passwort des Administrationskontos \(.account) bei \(.instance) wurde zurückgesetzt (oder womöglich, wo sein Verzeichnis "
                + "nicht geantwortet hat), nachdem die Person sich ausgewiesen hatte. Sie erfahren das, weil auch Sie \(.instance) verwalten.",
            ifExpected: "War das zu erwarten",
            otherwise: "War das nicht \(.account), ",
            ifNot: "kann jetzt jemand anderes mit diesen Rechten handeln."),
        administratorResets: MailWords(
            subject: "Passwörter von Administrationskonten wurden zurückgesetzt (\(.instance))",
            opening: [
                "So viele Passwörter von Administrationskonten bei \(.instance) wurden zurückgesetzt, seit Sie zuletzt davon erfahren haben: "
                    + "\(.resets). Jede Person hatte sich ausgewiesen. Die Konten: \(.resetAccounts).",
                "Das wurde am \(.happened) zusammengestellt. Sie erfahren es, weil auch Ihr Konto \(.account) \(.instance) verwaltet.",
            ],
            closing: [
                "War das zu erwarten, ist nichts zu tun.",
                "War es eine dieser Personen nicht, kann jetzt jemand anderes mit ihren Rechten handeln. Sehen Sie ins Protokoll, und sagen "
                    + "Sie es sofort ihr und der übrigen Administration, auf einem Weg, den Sie schon kennen, und nicht als Antwort auf diese "
                    + "Nachricht.",
            ]),
        policyChanged: notice(
            "Die Regeln für die Wiederherstellung wurden geändert",
            "Bei \(.instance) gilt eine neue Fassung der Regeln. Wer was geändert hat und warum, sagen ssprclient policy history und "
                + "das Protokoll. Sie erfahren das, weil Ihr Konto \(.account) \(.instance) verwaltet.",
            ifExpected: "War das zu erwarten",
            otherwise: "War das nicht zu erwarten, ",
            ifNot: "hat womöglich jemand anderes geschwächt, was alle Konten schützt."),
        temporaryPassIssued: notice(
            "Für Ihr Konto wurde ein befristeter Pass ausgestellt",
            "Der Helpdesk von \(.instance) hat für Ihr Konto \(.account) einen befristeten Pass ausgestellt. Er gilt einmal, "
                + "neben einem weiteren Nachweis, um Ihr Passwort zurückzusetzen oder zu ändern, wie Sie sich ausweisen.",
            ifNot: "hat sich womöglich jemand beim Helpdesk für Sie ausgegeben."),
        recoveryCodesLow: notice(
            "Nur noch wenige Wiederherstellungscodes",
            "Ein Wiederherstellungscode Ihres Kontos \(.account) bei \(.instance) wurde benutzt, und höchstens drei sind noch übrig. "
                + "Erzeugen Sie neue, solange Sie können: ssprclient register codes.",
            ifNot: "hat jemand anderes Ihre Wiederherstellungscodes."),
        resetUncertain: notice(
            "Ihr neues Passwort gilt vielleicht, vielleicht auch nicht",
            "Ein neues Passwort für Ihr Konto \(.account) bei \(.instance) war unterwegs, als etwas schiefging, "
                + "und niemand weiß, ob es angekommen ist. Versuchen Sie, sich mit dem neuen Passwort anzumelden; "
                + "gelingt das nicht, gilt das alte, oder fangen Sie von vorn an.",
            ifNot: "wollte jemand anderes ein Passwort für Ihr Konto setzen.", beforeCode: stopping),
        unlockUncertain: notice(
            "Ihr Konto ist vielleicht entsperrt, vielleicht auch nicht",
            "Ihr Konto \(.account) bei \(.instance) sollte entsperrt werden, als etwas schiefging, und niemand weiß, ob es gelungen ist. "
                + "Das Passwort ist dasselbe geblieben. Versuchen Sie, sich anzumelden; gelingt das nicht, fangen Sie von vorn an.",
            ifNot: "hat sich jemand anderes mit Erfolg für Sie ausgegeben."),
        reminder: MailWords(
            subject: "Könnten Sie Ihr Konto noch wiederherstellen? (\(.instance))",
            opening: [
                "Wenn Sie das Passwort Ihres Kontos \(.account) bei \(.instance) vergessen, können Sie selbst ein neues setzen, "
                    + "solange das, was Sie dafür registriert haben, vollständig ist und noch stimmt.",
                "Bitte sehen Sie es wieder einmal durch: Melden Sie sich an, und geben Sie ssprclient register ein.",
            ],
            closing: [
                "Bis dahin können Sie sich anmelden wie bisher. Das wurde am \(.happened) geschrieben.",
                "Niemand von \(.instance) fragt Sie nach Ihrem Passwort oder schickt Ihnen eine Stelle, an der Sie es eingeben sollen: "
                    + "Verwenden Sie den Befehl auf einem Rechner, den Sie kennen.",
            ]),
        approvalWaiting: MailWords(subject: germanWaking, opening: [germanWaking], closing: []))

    /// What wakes a device names nobody and nothing.
    private static let germanWaking: Phrase = "Eine Frage wartet auf Sie."

    /// A password of which nobody knows whether it is in force lives in a directory.
    private static let stopping: Phrase =
        "Waren Sie es nicht, geben Sie bis zum \(.expires) auf einem Rechner, den Sie kennen, ssprclient not-me und diesen Code ein. "
        + "Dann gilt kein Weg zur Wiederherstellung mehr:"

    private static let undoing: Phrase =
        "Waren Sie es nicht, geben Sie bis zum \(.expires) auf einem Rechner, den Sie kennen, ssprclient not-me und diesen Code ein. "
        + "Dann gilt wieder das vorige Passwort, wenn kein Verzeichnis es führt, und kein Weg zur Wiederherstellung gilt mehr:"

    private static func notice(
        _ subject: Phrase, _ happening: Phrase, ifExpected: Phrase = "Waren Sie das selbst",
        otherwise: Phrase = "Waren Sie es nicht, ", ifNot danger: Phrase, beforeCode: Phrase? = nil
    ) -> MailWords {
        MailWords(
            subject: subject + " (\(.instance))",
            opening: [happening, "Das geschah am \(.happened)."],
            beforeCode: beforeCode.map { [$0] } ?? [],
            closing: [
                ifExpected + ", ist nichts zu tun.",
                otherwise + danger + " Sagen Sie es sofort Ihrer Administration, "
                    + "auf einem Weg, den Sie schon kennen, und nicht als Antwort auf diese Nachricht.",
            ])
    }

    private static let germanText: PerKind<Phrase> = PerKind(
        confirmationCode:
            "\(.code) bestätigt dieses Telefon für \(.accountInShort) bei \(.instanceInShort). Gilt bis \(.expiresInShort). "
            + "Nicht Sie? Nichts tun.",
        recoveryCode:
            "\(.code) ist der Wiederherstellungscode von \(.accountInShort) bei \(.instanceInShort), bis \(.expiresInShort). "
            + "Niemandem geben.",
        helpDeskCode:
            "\(.code): nur dem Helpdesk von \(.instanceInShort) nennen, für \(.accountInShort), bis \(.expiresInShort). "
            + "Nicht angerufen? Niemandem.",
        passwordReset: textNotice("Passwort von \(.accountInShort) zurückgesetzt"),
        passwordChanged: textNotice("Passwort von \(.accountInShort) geändert"),
        passwordUndone: textNotice("Passwort von \(.accountInShort) zurückgenommen"),
        takeoverReported: textNotice("Passwort von \(.accountInShort) bestritten", ifNot: "Unerwartet"),
        accountUnlocked: textNotice("\(.accountInShort) wurde entsperrt"),
        methodAdded: textNotice("neuer Wiederherstellungsweg für \(.accountInShort)"),
        methodRemoved: textNotice("ein Weg für \(.accountInShort) wurde entfernt"),
        methodDisabled: textNotice("falsche Codes: Weg für \(.accountInShort) gesperrt"),
        recoveryBlocked: textNotice("Wiederherstellung von \(.accountInShort) gesperrt"),
        recoveryDenied: textNotice("Wiederherstellung von \(.accountInShort) abgelehnt"),
        administratorReset: textNotice("Adminkonto \(.accountInShort) zurückgesetzt", ifNot: "Unerwartet"),
        administratorResets: textNotice("\(.accountInShort): Adminkonten zurückgesetzt", ifNot: "Unerwartet"),
        policyChanged: textNotice("\(.accountInShort): Regeln geändert", ifNot: "Unerwartet"),
        temporaryPassIssued: textNotice("neuer befristeter Pass für \(.accountInShort)"),
        recoveryCodesLow: textNotice("nur noch wenige Codes für \(.accountInShort)"),
        resetUncertain: textNotice("neues Passwort von \(.accountInShort) ungewiss"),
        unlockUncertain: textNotice("Entsperrung von \(.accountInShort) ungewiss"),
        reminder:
            "\(.instanceInShort): Stimmt noch, was \(.accountInShort) rettet? Bitte ansehen: ssprclient register",
        approvalWaiting: germanWaking)

    private static func textNotice(_ happening: Phrase, ifNot: Phrase = "Nicht Sie") -> Phrase {
        "\(.instanceInShort): " + happening + ", \(.happenedInShort). " + ifNot + "? Administration anrufen."
    }

    private static let germanSpoken: PerKind<Phrase> = PerKind(
        confirmationCode: spokenCode("dem Code, der dieses Telefon bestätigt"),
        recoveryCode: spokenCode("Ihrem Wiederherstellungscode"),
        helpDeskCode: spokenCode(
            "dem Code für Ihren Helpdesk",
            ifNot: "Haben Sie Ihren Helpdesk nicht angerufen, legen Sie auf, und sagen Sie ihn niemandem."),
        passwordReset: spokenNotice("Das Passwort Ihres Kontos wurde zurückgesetzt."),
        passwordChanged: spokenNotice("Das Passwort Ihres Kontos wurde geändert."),
        passwordUndone: spokenNotice("Das neue Passwort Ihres Kontos wurde zurückgenommen."),
        takeoverReported: spokenNotice("Jemand hat womöglich ein Konto übernommen."),
        accountUnlocked: spokenNotice("Ihr Konto wurde entsperrt."),
        methodAdded: spokenNotice("Ein Weg zur Wiederherstellung Ihres Kontos ist hinzugekommen."),
        methodRemoved: spokenNotice("Ein Weg zur Wiederherstellung Ihres Kontos wurde entfernt."),
        methodDisabled: spokenNotice(
            "Ein Weg zur Wiederherstellung Ihres Kontos ist nach zu vielen falschen Codes stillgelegt."),
        recoveryBlocked: spokenNotice(
            "Die Wiederherstellung Ihres Kontos ist nach zu vielen falschen Antworten gesperrt."),
        recoveryDenied: spokenNotice("Eine Wiederherstellung Ihres Kontos wurde auf Ihrem Gerät abgelehnt."),
        administratorReset: spokenNotice("Das Passwort eines Administrationskontos wurde zurückgesetzt."),
        administratorResets: spokenNotice("Passwörter von Administrationskonten wurden zurückgesetzt."),
        policyChanged: spokenNotice("Die Regeln für die Wiederherstellung wurden geändert."),
        temporaryPassIssued: spokenNotice("Der Helpdesk hat für Ihr Konto einen befristeten Pass ausgestellt."),
        recoveryCodesLow: spokenNotice(
            "Ein Wiederherstellungscode Ihres Kontos wurde benutzt, und nur wenige sind noch übrig."),
        resetUncertain: spokenNotice(
            "Niemand weiß, ob Ihr neues Passwort gilt. Versuchen Sie, sich anzumelden."),
        unlockUncertain: spokenNotice(
            "Niemand weiß, ob Ihr Konto entsperrt wurde. Versuchen Sie, sich anzumelden."),
        reminder:
            "Hier ist \(.instanceInShort). Bitte melden Sie sich an, und sehen Sie nach, ob das, was Sie zur Wiederherstellung Ihres Kontos "
            + "registriert haben, vollständig ist und noch stimmt. Auf Wiederhören.",
        approvalWaiting: germanWaking)

    private static func spokenCode(
        _ what: Phrase,
        ifNot: Phrase =
            "Wenn Sie ihn nicht angefordert haben, legen Sie auf, sagen Sie ihn niemandem, und rufen Sie Ihre Administration an."
    ) -> Phrase {
        "Hier ist \(.instanceInShort) mit " + what + ". Ihr Code lautet: \(.codeApart). Noch einmal: \(.codeApart). "
            + ifNot + " Auf Wiederhören."
    }

    private static func spokenNotice(_ happening: Phrase) -> Phrase {
        "Hier ist \(.instanceInShort). " + happening
            + " Wenn Sie das nicht waren, rufen Sie sofort Ihre Administration an. Auf Wiederhören."
    }
}
