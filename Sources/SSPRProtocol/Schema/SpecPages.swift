import SSPRVocabulary

/// The pages of `spec/` that follow from the declarations: printed by the program, compared by a test.
public enum SpecPages {
    /// File name and content of every page.
    public static var all: [(name: String, text: String)] {
        [
            ("sspr.cddl", CDDLPage.text), ("calls.md", CallsPage.text), ("calls.json", CallsJSON.text),
            ("failures.md", FailuresPage.text),
        ]
    }

    static let origin = "printed by `ssprd spec print`; edit the declarations, not this page"
}

/// A method number as it is written everywhere: four hexadecimal digits.
func hexadecimal(_ method: UInt16) -> String {
    let digits = String(method, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
}

/// Who may make a call, in words.
func access(_ call: CallDescription) -> String {
    if let reason = call.everyoneReason { return "everyone (\(reason))" }
    let roles = call.roles.map(\.rawValue).joined(separator: ", ")
    return call.own.map { "\(roles); person: \($0)" } ?? roles
}
