public import SSPRDomain
import SSPRVocabulary

/// Reads policy documents: YAML or JSON, as administrators write them.
public enum PolicyText {
    /// What a document says; throws `Refusal.policyDocument` with the line, what is wrong there and what is allowed.
    public static func read(_ text: String) throws(Refusal) -> PolicyDocument {
        do {
            try checkForm(text)
            let root = try DocumentNode(file: nil, text: text)
            try root.refuseConfiguration()
            var document = try root.policy()
            document.groups = try root.groupSections()
            try root.finish()
            return document
        } catch {
            throw .policyDocument("\(error)")
        }
    }

    /// Refuses references that stand for others: following them may cost a reader far more than the document's length.
    ///
    /// How deep a document may nest is limited by the reader itself.
    private static func checkForm(_ text: String) throws {
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where line.utf8.contains(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "*") }) {
            throw DocumentError(
                place: "line \(number + 1)", problem: "references (& and *) are not read, nor in comments",
                allowed: "key: value")
        }
    }
}
