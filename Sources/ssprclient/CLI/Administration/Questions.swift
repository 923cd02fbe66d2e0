import ArgumentParser
import SSPRProtocol
import SSPRVocabulary

/// `ssprclient questions`.
struct QuestionsGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions", abstract: "Add, list and retire security questions.",
        subcommands: [QuestionsAdd.self, QuestionsList.self, QuestionsRetire.self])
}

/// `questions add LANGUAGE=TEXT ...`.
struct QuestionsAdd: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a question, in one or more languages.")

    @Argument(
        help: ArgumentHelp("Its text in a language, such as 'en=Which ...?'.", valueName: "language=text"),
        transform: QuestionsAdd.translation)
    var texts: [QuestionTranslation]

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        let reply = try console.manage(
            AddQuestion.self, .init(texts: texts), doing: "add a question",
            conflict: "20 are in use: ssprclient questions retire NUMBER.")
        if console.options.isJSON { return try console.print(try JSONBridge.json(of: reply)) }
        console.say("Question \(reply.number) is in use.", .ok)
    }

    private static func translation(_ text: String) throws -> QuestionTranslation {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            throw ValidationError("A text begins with its language: en=...")
        }
        return QuestionTranslation(
            language: try LanguageTag(String(text[..<equals])),
            text: try QuestionText(String(text[text.utf8.index(after: equals)...])))
    }
}

/// `questions list`.
struct QuestionsList: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all questions.")

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        var table = try Table(
            [
                .init(name: "number", width: 6), .init(name: "kind", width: 10), .init(name: "state", width: 7),
                .init(name: "languages", width: 9), .init(name: "question", width: 8),
            ], on: console)
        var after: UInt32? = 0
        while let number = after {
            let page = try console.call(
                ListQuestions.self, .init(after: number), doing: "list questions", in: .administration)
            for row in page.questions {
                try table.print([
                    "\(row.number)", row.isCustom ? "custom" : "predefined", row.state.rawValue,
                    row.texts.map(\.language.text).joined(separator: ","), row.texts.first?.text.text ?? "-",
                ]) { try JSONBridge.json(of: row) }
            }
            after = page.isLast ? nil : page.questions.last?.number
        }
        try table.finish()
    }
}

/// `questions retire NUMBER`.
struct QuestionsRetire: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Let nobody choose a question any more; answers that are registered go on working.")

    @Argument(help: "Its number, 1000 or more.")
    var number: UInt32

    @OptionGroup var global: GlobalOptions

    func perform(on console: Console) throws {
        try console.manage(
            RetireQuestion.self, .init(number: number), doing: "retire question \(number)",
            missing: "There is no custom question \(number) in use.", list: "ssprclient questions list")
        console.say("Question \(number) is retired.", .ok)
    }
}
