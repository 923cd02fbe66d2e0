import SSPRProtocol
import SSPRVocabulary

/// Why a line of a list is no account.
struct RowProblem: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

/// What a line of a list may say, by the name of its column or key.
enum ImportField: String, CaseIterable {
    case name, uid, role, target, language, email, mobile, office, groups

    static let names = allCases.map(\.rawValue).joined(separator: ", ")
}

extension ImportedAccount {
    /// Makes an account of texts; an empty one counts as none, and groups are separated by semicolons.
    init(_ values: [ImportField: String]) throws(RowProblem) {
        func text(_ field: ImportField) -> String? { values[field].flatMap { $0.isEmpty ? nil : $0 } }
        func word<Word: TextWord>(_ field: ImportField, _: Word.Type = Word.self) throws(RowProblem) -> Word? {
            guard let text = text(field) else { return nil }
            do {
                return try Word(text)
            } catch {
                throw RowProblem("\(field.rawValue): \((error as? WordError)?.rule ?? "not acceptable")")
            }
        }
        func contact(_ field: ImportField, _ kind: MethodKind) throws(RowProblem) -> Contact? {
            guard let contact = try word(field, Contact.self) else { return nil }
            guard kind.accepts(contact) else { throw RowProblem("\(field.rawValue): of another kind") }
            return contact
        }
        guard let name = try word(.name, AccountName.self) else { throw RowProblem("name: missing") }
        let uid = text(.uid).map { UInt32($0) }
        guard uid != .some(nil), uid != .some(.max) else { throw RowProblem("uid: a number below 4294967295") }
        let role = text(.role).map { AccountRole(rawValue: $0) }
        guard role != .some(nil) else {
            throw RowProblem("role: one of \(AccountRole.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var groups: [GroupName] = []
        for part in (text(.groups) ?? "").split(separator: ";") {
            guard let group = try? GroupName(String(part)) else { throw RowProblem("groups: names separated by ;") }
            groups.append(group)
        }
        self.init(
            account: name, uid: uid ?? nil, role: role ?? nil, target: try word(.target), language: try word(.language),
            email: try contact(.email, .email), mobile: try contact(.mobile, .mobilePhone),
            office: try contact(.office, .officePhone),
            groups: groups.isEmpty ? nil : groups)
    }
}
