import SSPRDomain
import SSPRVocabulary
import Testing

/// An account's language chooses the words of its messages and questions, and nothing else (decision 0017).
@Suite struct LanguageTests {
    let world = World()

    private func set(_ person: Person, _ tag: String?) throws {
        try world.house.accounts.setLanguage(
            person.name, tag.map { try LanguageTag($0) }, by: World.administrator)
    }

    private func shown(
        _ name: AccountName, in tag: String? = nil, by actor: EventActor = World.helper
    ) throws -> QuestionCatalog {
        try world.house.registration.describe(name, in: tag.map { try LanguageTag($0) }, by: actor).questions
    }

    private func told(_ person: Person) throws -> String? {
        let state = try world.house.accounts.show(person.name, by: World.administrator)
        return state.account.language?.text
    }

    @Test func administratorsSetAndClearIt() throws {
        let alice = try world.add("alice")
        #expect(try told(alice) == nil)
        try set(alice, "de-AT")
        #expect(try told(alice) == "de-AT")
        #expect(try world.house.accounts.list(after: nil, limit: 9).accounts.map(\.account.language?.text) == ["de-AT"])
        try set(alice, nil)
        #expect(try told(alice) == nil)
        let events = try world.events(.accountLanguageSet)
        #expect(events.count == 2)
        #expect(
            events.allSatisfy {
                $0.account == alice.name && $0.outcome == .succeeded && $0.actor == World.administrator
            })
    }

    @Test func anAccountMayBringItAlong() throws {
        let name = try AccountName("alice")
        _ = try world.house.accounts.add(
            name, uid: nil, role: .user, password: Secret(text: "correct horse battery staple"), target: nil,
            language: .german, by: World.administrator)
        #expect(try world.house.accounts.show(name, by: World.administrator).account.language == .german)
        #expect(try world.events(.accountLanguageSet).isEmpty, "account.added tells it all")
    }

    @Test func nobodyHasNone() throws {
        #expect(throws: Refusal.notFound) {
            try world.house.accounts.setLanguage(AccountName("nobody"), .german, by: World.administrator)
        }
        #expect(try world.events(.accountLanguageSet).isEmpty)
    }

    @Test(arguments: [("de", "de"), ("de-AT", "de"), ("fr", "en"), (nil, "en")] as [(String?, String)])
    func theOwnerIsShownQuestionsInIt(tag: String?, catalog: String) throws {
        let alice = try world.add("alice", uid: 1000)
        try set(alice, tag)
        #expect(try shown(alice.name, by: EventActor(uid: 1000, role: .person)).language.text == catalog)
        #expect(try shown(alice.name, by: World.administrator).language.text == catalog)
    }

    /// A helper may ask about any name, and has proven nothing yet.
    @Test func attack_C1_aHelperLearnsNothingFromALanguage() throws {
        let alice = try world.add("alice")
        try set(alice, "de")
        let ghost = try AccountName("ghost")
        for tag in [nil, "de", "de-CH", "en", "fr"] as [String?] {
            #expect(try shown(alice.name, in: tag) == shown(ghost, in: tag), "\(tag ?? "none")")
        }
        #expect(try shown(ghost).language == .english)
        #expect(try shown(ghost, in: "de-CH").language == .german, "whoever knows the reader may say so")
        world.adopt(Policy(questionsEnabled: true, language: .german))
        #expect(try shown(ghost).language == .german && shown(alice.name).language == .german)
        #expect(try shown(ghost, in: "en").language == .english)
    }

    @Test func drawnQuestionsAreAskedInItAndAnswersDoNotDependOnIt() throws {
        var alice = try world.enrol("alice")
        try world.addAnswers(&alice)
        for (tag, catalog) in [("de", QuestionCatalog.german), ("en", .english), ("de-AT", .german)] {
            try set(alice, tag)
            let handle = try world.begin(alice)
            try world.proveEmail(handle)
            let challenge = try world.house.recovery.send(handle, 3, by: World.helper)
            #expect(challenge.catalog == catalog)
            #expect(
                challenge.catalog.questions(challenge.questions).map(\.text) == challenge.questions.map(catalog.text))
            let answers = World.given(alice.answers.filter { challenge.questions.contains($0.key) })
            let progress = try world.run {
                try world.house.recovery.answer(handle, 3, answers: answers, by: World.helper)
            }
            #expect(progress.grant != nil, "registered in English, asked in \(tag)")
            world.ambient.advance(.hours(2))
        }
    }

    /// Shown before any proof: hints and kinds only, in no language.
    @Test func whatIsShownBeforeAProofDoesNotDependOnIt() throws {
        var alice = try world.enrol("alice")
        try world.addAnswers(&alice)
        func begun() throws -> [Recovery.Offered] {
            try world.house.recovery.begin(alice.name, .reset, by: World.helper).methods
        }
        let before = try begun()
        try set(alice, "de")
        #expect(try begun() == before)
        let handle = try world.begin(alice)
        #expect(throws: Refusal.refused) { try world.house.recovery.send(handle, 3, by: World.helper) }
    }

    @Test(arguments: [
        (UInt32(18), "Meer"), (18, "sea"), (5, "Straße"), (5, "street"), (17, "zehn Jahre"), (17, "when you were ten"),
    ])
    func anAnswerStandsInItsQuestionInNoLanguage(question: UInt32, answer: String) throws {
        let alice = try world.add("alice")
        try set(alice, "de")
        var answers = AnswerRegistrationTests.good
        answers[5] = nil
        answers[question] = answer
        #expect(throws: Refusal.answers) {
            try world.house.registration.registerAnswers(world.open(alice), World.given(answers), by: World.helper)
        }
        answers[question] = "zq " + answer
        _ = try world.house.registration.registerAnswers(world.open(alice), World.given(answers), by: World.helper)
    }

    @Test func messagesCarryTheLanguageOfTheMoment() throws {
        let alice = try world.enrol("alice")
        try set(alice, "de-AT")
        _ = try world.house.recovery.send(world.begin(alice), 1, by: World.helper)
        #expect(try world.mail().map(\.language?.text) == ["de-AT"])
        try world.reset(alice, world.grant(alice)).reply()
        try set(alice, nil)
        let mail = try world.mail()
        #expect(
            mail.map(\.row.kind) == [.passwordReset] && mail.map(\.language) == [nil], "not what it was when queued")
    }

    /// Every administrator reads of another's reset in their own language.
    @Test func aNoticeAboutAnotherIsInItsReadersLanguage() throws {
        let root = try world.enrol("root", role: .globalAdministrator)
        let chief = try world.enrol("chief", role: .globalAdministrator)
        let head = try world.enrol("head", role: .globalAdministrator)
        try set(root, "fr")
        try set(chief, "de")
        let grant = try world.grant(root)
        try world.mail()
        try world.reset(root, grant).reply()
        let mail = try world.mail()
        func language(_ kind: MessageKind, _ reader: Person) throws -> String? {
            try #require(mail.first { $0.row.kind == kind && $0.recipient == .contact(reader.email) }).language?.text
        }
        #expect(try language(.passwordReset, root) == "fr")
        #expect(try language(.administratorReset, chief) == "de")
        #expect(try language(.administratorReset, head) == nil)
        #expect(mail.allSatisfy { $0.account == root.name })
    }

    @Test func everyCatalogueIsWhole() throws {
        #expect(QuestionCatalog.all.map(\.language) == [.english, .german])
        for catalog in QuestionCatalog.all {
            let questions = catalog.all
            #expect(questions.map(\.number) == Array(1...35), "feature F2: 35 in every language")
            #expect(Set(questions.map(\.text)).count == 35, "\(catalog.language)")
            for question in questions {
                #expect(
                    question.text.hasSuffix("?") && question.text.isPrintable, "\(catalog.language) \(question.number)")
                #expect(catalog.text(question.number) == question.text)
            }
            #expect(catalog.text(0) == nil && catalog.text(36) == nil)
        }
        for (english, german) in zip(QuestionCatalog.english.all, QuestionCatalog.german.all) {
            #expect(english.text != german.text)
        }
    }
}
