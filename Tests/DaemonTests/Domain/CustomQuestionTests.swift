import SSPRVocabulary
import Testing

@testable import SSPRDomain

/// feature F2: up to 20 custom questions of 3 to 200 characters, made by administrators.
@Suite struct CustomQuestionTests {
    let world = World()

    private static func text(_ tag: String, _ text: String) throws -> QuestionTranslation {
        QuestionTranslation(language: try LanguageTag(tag), text: try QuestionText(text))
    }

    @discardableResult
    private func add(_ texts: [(tag: String, text: String)]) throws -> UInt32 {
        try world.house.questions.add(
            try texts.map { try Self.text($0.tag, $0.text) }, by: World.administrator)
    }

    @discardableResult
    private func add(_ text: String) throws -> UInt32 { try add([("en", text)]) }

    private func retire(_ number: UInt32) throws { try world.house.questions.retire(number, by: World.administrator) }

    private func listed() throws -> [Questions.Listed] {
        var all: [Questions.Listed] = []
        while true {
            let page = try world.house.questions.list(after: all.last?.number ?? 0)
            all += page.questions
            if page.isLast { return all }
        }
    }

    private func shown(
        _ name: AccountName, in tag: String? = nil, by actor: EventActor = World.helper
    ) throws -> QuestionCatalog {
        try world.house.registration.describe(name, in: tag.map { try LanguageTag($0) }, by: actor).questions
    }

    private func register(_ person: Person, _ answers: [UInt32: String], isFull: Bool = false) throws {
        _ = try world.house.registration.registerAnswers(
            world.open(person, isFull: isFull), World.given(answers), by: World.helper)
    }

    private func answers(to number: UInt32, _ answer: String = "zq own") -> [UInt32: String] {
        var answers = AnswerRegistrationTests.good
        answers[5] = nil
        answers[number] = answer
        return answers
    }

    // MARK: What administrators do

    @Test func theyAreNumberedApartListedAndAudited() throws {
        let first = try add([("en", "Which badge did you wear first?"), ("de", "Welches Abzeichen trugen Sie zuerst?")])
        let second = try add("Who showed you the workshop?")
        #expect([first, second] == [1000, 1001])
        try retire(first)
        let all = try listed()
        #expect(all.map(\.number) == Array(1...35) + [1000, 1001])
        #expect(all.prefix(35).allSatisfy { $0.custom == nil && $0.texts.map(\.language.text) == ["en", "de"] })
        #expect(
            all[35].texts.map(\.text.text) == [
                "Which badge did you wear first?", "Welches Abzeichen trugen Sie zuerst?",
            ])
        #expect(all[35].custom?.retiredAt == world.now && all[36].custom?.retiredAt == nil)
        let added = try world.events(.questionAdded)
        #expect(added.map(\.question) == [1000, 1001] && added.allSatisfy { $0.actor == World.administrator })
        #expect(try world.events(.questionRetired).map(\.question) == [1000])
    }

    @Test func aNumberIsNeverGivenAgain() throws {
        try retire(add("Which room is yours?"))
        #expect(try add("Which floor is yours?") == 1001)
        try retire(1001)
        try world.restart()
        #expect(try add("Which room is yours?") == 1002, "the text of a retired one may come back")
    }

    @Test func onlyACustomQuestionInUseIsRetired() throws {
        let number = try add("Which room is yours?")
        try retire(number)
        for number in [number, 0, 1, 35, 36, 999, 1001] as [UInt32] {
            #expect(throws: Refusal.notFound, "\(number)") { try retire(number) }
        }
        #expect(try world.events(.questionRetired).count == 1)
    }

    @Test func twentyAreInUseAtMost() throws {
        let numbers = try (1...20).map { try add("Which room was yours in year \($0)?") }
        #expect(throws: Refusal.conflict) { try add("Which room is yours now?") }
        #expect(try world.events(.questionAdded).count == 20)
        try retire(numbers[7])
        #expect(try add("Which room is yours now?") == 1020)
        #expect(throws: Refusal.conflict) { try add("Which floor is yours now?") }
    }

    @Test(
        arguments: [
            ("ab?", nil), (String(repeating: "q", count: 200), nil), (String(repeating: "\u{1f511}", count: 200), nil),
            ("  a   b  ", nil), ("ab", .tooShort), ("", .tooShort), ("   ", .tooShort), (" a  ", .tooShort),
            (String(repeating: "q", count: 201), .tooLong), ("Which\nroom?", .hiddenCharacter),
            ("Which\troom?", .hiddenCharacter), ("Which \u{202e}moor?", .hiddenCharacter),
            ("Which \u{2066}room?", .hiddenCharacter), ("Which ro\u{200b}om?", .hiddenCharacter),
            ("Which sea did you see first?", .alike), ("  which SEA did you see   first? ", .alike),
            ("Welches Meer haben Sie zuerst gesehen?", .alike), ("Which key is yours?", .alike),
        ] as [(String, QuestionRule?)])
    func attack_G7_aTextThatBreaksARuleIsRefusedByName(text: String, rule: QuestionRule?) throws {
        try add([("en", "Which desk is yours?"), ("fr", "Which key is yours?")])
        let german = QuestionCatalog.german.text(18) ?? ""
        let text = text.hasPrefix("Welches Meer") ? german : text
        guard let rule else {
            #expect(try add(text) == 1001)
            return
        }
        #expect(throws: Refusal.question(rule), "\(text)") { try add(text) }
        #expect(throws: Refusal.question(rule), "in another language") {
            try add([("en", "Which hat is yours?"), ("pl", text)])
        }
        #expect(try world.events(.questionAdded).count == 1)
    }

    @Test func theTextIsKeptInItsNormalForm() throws {
        try add("  Which \u{a0} cafe\u{301}  is   yours? ")
        #expect(try listed().last?.texts.map(\.text.text) == ["Which caf\u{e9} is yours?"])
        #expect(
            try Array((listed().last?.texts.first?.text.text ?? "").utf8) == Array("Which caf\u{e9} is yours?".utf8),
            "byte for byte")
    }

    @Test func oneTextForEachOfOneToEightLanguages() throws {
        let tags = ["en", "de", "fr", "it", "pl", "cs", "da", "nl", "sv"]
        let all = tags.map { (tag: $0, text: "Which room, in \($0)?") }
        for wrong in [[], all, [all[0], all[1], all[0]]] {
            #expect(throws: Refusal.question(.languages)) { try add(wrong) }
        }
        #expect(try add(Array(all.prefix(8))) == 1000)
        #expect(try add([("en", "Same?"), ("en-GB", "Same?")]) == 1001, "one question may read alike in two languages")
    }

    // MARK: What people are shown

    /// The reader's language or its broader form, the default one, the first one.
    @Test(
        arguments: [("de", "Deutsch?"), ("de-AT", "Deutsch?"), ("it", "English?"), (nil, "English?")]
            as [(String?, String)])
    func everybodyIsShownTheNearestText(tag: String?, text: String) throws {
        let both = try add([("fr", "Fran\u{e7}ais?"), ("en", "English?"), ("de", "Deutsch?")])
        let french = try add([("fr", "Un autre?"), ("it", "Un altro?")])
        let alice = try world.add("alice", uid: 1000)
        try world.house.accounts.setLanguage(alice.name, tag.map { try LanguageTag($0) }, by: World.administrator)
        let own = try shown(alice.name, by: EventActor(uid: 1000, role: .person))
        #expect(own.text(both) == text)
        #expect(own.text(french) == (tag == "it" ? "Un altro?" : "Un autre?"))
        #expect(own.all.map(\.number) == Array(1...35) + [both, french])
        #expect(try shown(alice.name, in: tag).text(both) == text)
        world.adopt(Policy(questionsEnabled: true, language: .german))
        #expect(try shown(alice.name).text(both) == "Deutsch?", "the default language")
    }

    @Test func aRetiredQuestionCannotBeChosenAndGoesOnWorking() throws {
        let number = try add([("en", "Which room was your first?"), ("de", "Welcher Raum war Ihr erster?")])
        let alice = try world.enrol("alice")
        try register(alice, answers(to: number))
        try retire(number)
        #expect(try shown(alice.name).all.map(\.number) == Array(1...35))
        let bob = try world.enrol("bob")
        #expect(throws: Refusal.answers) { try register(bob, answers(to: number)) }
        #expect(throws: Refusal.answers, "its own owner neither") {
            try register(alice, answers(to: number), isFull: true)
        }
        try world.house.accounts.setLanguage(alice.name, .german, by: World.administrator)
        let challenge = try recover(alice, answers(to: number), until: number)
        #expect(challenge.catalog.questions([number]).map(\.text) == ["Welcher Raum war Ihr erster?"])
    }

    /// Proves mail and answers, again until this question is drawn; returns the challenge that asked it.
    private func recover(_ person: Person, _ known: [UInt32: String], until number: UInt32) throws -> Recovery.Challenge
    {
        for _ in 1...40 {
            world.ambient.advance(.hours(2))
            let handle = try world.begin(person)
            try world.proveEmail(handle)
            let challenge = try world.house.recovery.send(handle, 3, by: World.helper)
            #expect(Set(challenge.questions).isSubset(of: known.keys))
            let given = World.given(known.filter { challenge.questions.contains($0.key) })
            let progress = try world.run {
                try world.house.recovery.answer(handle, 3, answers: given, by: World.helper)
            }
            #expect(progress.grant != nil)
            if challenge.questions.contains(number) { return challenge }
        }
        throw NoSuchMessage()
    }

    /// What was in use when the answers were sent may have been retired while they were hashed.
    @Test func attack_A10_aQuestionRetiredWhileItsAnswerIsHashedIsNotRegistered() throws {
        let number = try add("Which room was your first?")
        let alice = try world.enrol("alice")
        let questions = world.house.questions
        let handle = try world.open(alice)
        world.hasher.interrupt { try questions.retire(number, by: World.administrator) }
        #expect(throws: Refusal.answers) {
            try world.house.registration.registerAnswers(
                handle, World.given(answers(to: number)), by: World.helper)
        }
        #expect(try shown(alice.name).text(number) != nil)
        #expect(try world.house.registration.describe(alice.name, by: World.helper).methods.count == 2)
    }

    @Test(arguments: ["blue door", "BLUE   Door", "blaue", "t\u{fc}r war"])
    func anAnswerStandsInItsCustomQuestionInNoLanguage(answer: String) throws {
        let number = try add([("en", "Whose was the blue door?"), ("de", "Wessen blaue T\u{fc}r war es?")])
        let alice = try world.add("alice")
        #expect(throws: Refusal.answers) { try register(alice, answers(to: number, answer)) }
        try register(alice, answers(to: number, "zq \(answer)"))
    }

    @Test(arguments: [AccountRole.administrator, .globalAdministrator])
    func administratorsHaveThemNeither(role: AccountRole) throws {
        let number = try add("Which room was your first?")
        let root = try world.add("root", role: role)
        #expect(throws: Refusal.notFound) { try register(root, answers(to: number)) }
    }

    // MARK: How many

    @Test(arguments: [(3, 3), (4, 3), (5, 3), (5, 5), (4, 4)])
    func thePolicySaysHowMany(registered: Int, asked: Int) throws {
        world.adopt(Policy(questionsEnabled: true, questionsRegistered: registered, questionsAsked: asked))
        let alice = try world.enrol("alice")
        #expect(try world.house.registration.describe(alice.name, by: World.helper).questionsNeeded == registered)
        let sets = (2...6).map { count in
            Dictionary(uniqueKeysWithValues: (1...count).map { (UInt32($0), "zq \($0) answer") })
        }
        for set in sets where set.count != registered {
            #expect(throws: Refusal.answers) { try register(alice, set) }
        }
        let set = sets[registered - 2]
        try register(alice, set)
        #expect(try recover(alice, set, until: 1).questions.count == asked)
    }

    /// Nobody is locked out by a policy that asks more.
    @Test func whoRegisteredFewerIsAskedAllOfThem() throws {
        world.adopt(Policy(questionsEnabled: true, questionsRegistered: 3, questionsAsked: 3))
        let alice = try world.enrol("alice")
        let set: [UInt32: String] = [1: "zq one", 2: "zq two", 3: "zq three"]
        try register(alice, set)
        world.adopt(Policy(questionsEnabled: true, questionsRegistered: 5, questionsAsked: 5))
        #expect(try recover(alice, set, until: 1).questions == [1, 2, 3])
    }

    // MARK: What strangers see

    /// Before a proof no question is asked of anybody, and the catalogue is the same for every name (decision 0021).
    @Test func attack_C4_aStrangersDecoysStayWhenQuestionsComeAndGo() throws {
        let number = try add([("en", "Which room was your first?"), ("de", "Welcher Raum war Ihr erster?")])
        let alice = try world.enrol("alice")
        try register(alice, answers(to: number))
        let names = try (1...8).map { try AccountName("ghost\($0)") } + [alice.name]
        func begun() throws -> [[Recovery.Offered]] {
            try names.map { try world.house.recovery.begin($0, .reset, by: World.helper).methods }
        }
        let before = try begun()
        #expect(before.allSatisfy { $0.map(\.kind) == [.email, .totp] }, "questions come after a proof")
        try add("Which floor was your first?")
        #expect(try begun() == before, "added")
        try retire(number)
        #expect(try begun() == before, "the one that alice has answered is retired")
    }

    @Test func attack_C1_aCustomQuestionTellsNobodyApart() throws {
        let number = try add([("en", "Which room was your first?"), ("de", "Welcher Raum war Ihr erster?")])
        let alice = try world.enrol("alice")
        try register(alice, answers(to: number))
        try world.house.accounts.setLanguage(alice.name, .german, by: World.administrator)
        let ghost = try AccountName("ghost")
        func compare(_ what: String) throws {
            for tag in [nil, "de", "fr"] as [String?] {
                #expect(try shown(alice.name, in: tag) == shown(ghost, in: tag), "\(what): \(tag ?? "none")")
            }
            func cost(_ name: AccountName) throws -> (told: [Refusal?], commits: Int, hashes: Int, rows: RowTally) {
                let before = (world.store.commits, world.hasher.calls, world.store.rows)
                let handle = try world.house.recovery.begin(name, .reset, by: World.helper).handle
                let told = [
                    refusal { try world.house.recovery.send(handle, 3, by: World.helper) },
                    refusal {
                        try world.run {
                            try world.house.recovery.answer(
                                handle, 3, answers: World.given([number: "zq own"]), by: World.helper)
                        }
                    },
                ]
                let rows = world.store.rows.merging(before.2) { $0 - $1 }.filter { $0.value != 0 }
                return (told, world.store.commits - before.0, world.hasher.calls - before.1, rows)
            }
            let (known, unknown) = (try cost(alice.name), try cost(ghost))
            #expect(known.told == [.refused, .refused] && unknown.told == known.told, "\(what)")
            #expect(known.commits == unknown.commits && known.hashes == unknown.hashes, "\(what)")
            #expect(known.rows == unknown.rows, "\(what)")
        }
        try compare("in use")
        try add("Which floor was your first?")
        try compare("another one")
        try retire(number)
        try compare("retired")
    }

    private func refusal<R>(_ body: () throws -> R) -> Refusal? {
        do {
            _ = try body()
            return nil
        } catch { return error as? Refusal }
    }
}
