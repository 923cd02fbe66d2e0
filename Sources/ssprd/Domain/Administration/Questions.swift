public import SSPRVocabulary

/// Custom security questions: what a site asks besides the predefined ones (feature F2).
public struct Questions: Sendable {
    let world: Surroundings

    /// Custom questions that may be in use at a time.
    static let room = 20
    /// Custom questions are numbered from here, apart from whatever predefined ones a later release brings.
    static let firstNumber: UInt32 = 1000
    /// Questions of a page: as many of the longest as a reply has room for.
    static let pageItems = 8

    /// A question as an administrator sees it.
    public struct Listed: Sendable, Equatable {
        /// Its number.
        public let number: UInt32
        /// Its text in each of its languages.
        public let texts: [QuestionTranslation]
        /// The custom question; nil for a predefined one.
        public let custom: QuestionRow?
    }

    /// Adds a question; returns its number.
    ///
    /// Throws `Refusal.question` with the rule that it breaks, `Refusal.conflict` when there is no room.
    public func add(_ texts: [QuestionTranslation], by actor: EventActor) throws -> UInt32 {
        let rules = QuestionRules(text: world.text)
        let texts = try rules.normalized(texts)
        return try world.commit { tx in
            let rows = try tx.customQuestions()
            let inUse = rows.filter { $0.retiredAt == nil }
            guard inUse.count < Self.room else { throw Refusal.conflict }
            let others = QuestionCatalog.all.flatMap(\.texts) + inUse.flatMap(\.texts).map(\.text.text)
            guard try !rules.isAlike(texts, others) else { throw Refusal.question(.alike) }
            // After the last that there ever was: rows stay, so no number comes back.
            let number = rows.last.map { $0.number + 1 } ?? Self.firstNumber
            try tx.insert(QuestionRow(number: number, texts: texts, addedAt: world.now))
            try tx.append(AuditEvent(.questionAdded, .succeeded, at: world.now, by: actor, question: number))
            return number
        }
    }

    /// A page of all questions in the order of their numbers, predefined ones first.
    public func list(after number: UInt32) throws -> (questions: [Listed], isLast: Bool) {
        let custom = try world.store.read { try $0.customQuestions() }
            .map { Listed(number: $0.number, texts: $0.texts, custom: $0) }
        let following = try (Self.predefined() + custom).filter { $0.number > number }
        return (Array(following.prefix(Self.pageItems)), following.count <= Self.pageItems)
    }

    private static func predefined() throws -> [Listed] {
        try QuestionCatalog.english.all.map { question in
            let texts = try QuestionCatalog.all.map { catalog in
                QuestionTranslation(
                    language: catalog.language, text: try QuestionText(catalog.text(question.number) ?? ""))
            }
            return Listed(number: question.number, texts: texts, custom: nil)
        }
    }

    /// Lets nobody choose a question any more; answers that are registered go on working.
    ///
    /// Throws `Refusal.notFound`.
    public func retire(_ number: UInt32, by actor: EventActor) throws {
        try world.commit { tx in
            guard var row = try tx.customQuestions().first(where: { $0.number == number }), row.retiredAt == nil else {
                throw Refusal.notFound
            }
            row.retiredAt = world.now
            try tx.update(row)
            try tx.append(AuditEvent(.questionRetired, .succeeded, at: world.now, by: actor, question: number))
        }
    }
}
