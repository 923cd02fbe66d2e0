import SSPRDomain
import SSPRVocabulary

private enum SQL {
    static let columns = "number, texts, added_at, retired_at"
    static let all = "SELECT \(columns) FROM questions ORDER BY number"
    static let insert = "INSERT INTO questions (\(columns)) VALUES (?, ?, ?, ?)"
    static let update = "UPDATE questions SET texts = ?, added_at = ?, retired_at = ? WHERE number = ?"
}

extension SQLiteSnapshot {
    func customQuestions() throws -> [QuestionRow] {
        try connection.all(SQL.all, read: QuestionRow.init)
    }
}

extension SQLiteTransaction {
    func insert(_ question: QuestionRow) throws {
        try connection.run(
            SQL.insert, question.number, Translations(question.texts), question.addedAt, question.retiredAt)
    }

    func update(_ question: QuestionRow) throws {
        try change(
            "questions", SQL.update, Translations(question.texts), question.addedAt, question.retiredAt,
            question.number)
    }
}

extension QuestionRow {
    fileprivate init(_ row: inout Columns) throws {
        let number: UInt32 = try row.next()
        let texts: Translations = try row.next()
        self.init(number: number, texts: texts.values, addedAt: try row.next(), retiredAt: try row.next())
    }
}

/// A question's text in each of its languages.
private struct Translations: StoredList {
    let values: [QuestionTranslation]
    init(_ values: [QuestionTranslation]) { self.values = values }
    static func stored(_ element: QuestionTranslation) -> QuestionTranslation { element }
    static func element(_ stored: QuestionTranslation) -> QuestionTranslation { stored }
}
