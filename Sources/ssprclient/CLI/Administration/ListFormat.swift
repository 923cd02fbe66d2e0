import SSPRProtocol
import SSPRVocabulary

/// Reads the lines of a list as accounts.
enum ListFormat {
    /// RFC 4180, one record a line; the first line names the columns.
    case csv(columns: [ImportField])
    /// One JSON object a line.
    case jsonl
    /// As `getent passwd` prints it, with what every account gets.
    case passwd(target: TargetName?, uids: ClosedRange<UInt32>)

    /// The account of a line; nil for a line to pass over.
    func account(_ bytes: [UInt8]?) throws(RowProblem) -> ImportedAccount? {
        guard let bytes else { throw RowProblem("longer than \(ListLines.longestLine) bytes") }
        guard !bytes.isEmpty else { return nil }
        switch self {
        case .csv(let columns):
            let cells = try Self.cells(bytes)
            guard cells.count == columns.count else {
                throw RowProblem("\(cells.count) columns instead of \(columns.count)")
            }
            return try ImportedAccount(Dictionary(zip(columns, cells)) { first, _ in first })
        case .jsonl: return try ImportedAccount(try Self.object(bytes))
        case .passwd(let target, let uids): return try Self.passwd(bytes, target, uids)
        }
    }

    /// The columns that a first line names.
    static func columns(_ bytes: [UInt8]?) throws(RowProblem) -> [ImportField] {
        var columns: [ImportField] = []
        for cell in try cells(bytes ?? []) {
            guard let field = ImportField(rawValue: cell), !columns.contains(field) else {
                throw RowProblem("the first line must name columns, each once, of: \(ImportField.names)")
            }
            columns.append(field)
        }
        guard columns.contains(.name) else { throw RowProblem("the first line names no column \"name\"") }
        return columns
    }

    /// The cells of a record; one in quotes may hold commas and doubled quotes.
    static func cells(_ bytes: [UInt8]) throws(RowProblem) -> [String] {
        let (quote, comma) = (UInt8(ascii: "\""), UInt8(ascii: ","))
        var cells: [String] = []
        var index = 0
        while true {
            var cell: [UInt8] = []
            if index < bytes.count, bytes[index] == quote {
                index += 1
                while true {
                    guard index < bytes.count else { throw RowProblem("a quote is not closed") }
                    if bytes[index] == quote {
                        guard index + 1 < bytes.count, bytes[index + 1] == quote else { break }
                        index += 1
                    }
                    cell.append(bytes[index])
                    index += 1
                }
                index += 1
                guard index == bytes.count || bytes[index] == comma else { throw RowProblem("text behind a quote") }
            } else {
                while index < bytes.count, bytes[index] != comma {
                    cell.append(bytes[index])
                    index += 1
                }
            }
            guard let text = String(validating: cell, as: UTF8.self) else { throw RowProblem("not UTF-8") }
            cells.append(text)
            guard index < bytes.count else { return cells }
            index += 1
        }
    }

    private static func object(_ bytes: [UInt8]) throws(RowProblem) -> [ImportField: String] {
        let value: JSONValue
        do { value = try JSONReader.read(bytes) } catch { throw RowProblem("\(error)") }
        guard case .object(let entries) = value else { throw RowProblem("no JSON object") }
        var values: [ImportField: String] = [:]
        for entry in entries {
            guard let field = ImportField(rawValue: entry.name) else {
                throw RowProblem("a key is none of: \(ImportField.names)")
            }
            switch entry.value {
            case .null: continue
            case .string(let text): values[field] = text
            case .unsigned(let number) where field == .uid: values[field] = "\(number)"
            case .list(let items) where field == .groups:
                var names: [String] = []
                for item in items {
                    guard case .string(let name) = item else { throw RowProblem("groups: a list of names") }
                    names.append(name)
                }
                values[field] = names.joined(separator: ";")
            default: throw RowProblem("\(field.rawValue): a text")
            }
        }
        return values
    }

    private static func passwd(
        _ bytes: [UInt8], _ target: TargetName?, _ uids: ClosedRange<UInt32>
    ) throws(RowProblem) -> ImportedAccount? {
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 7, let uid = UInt32(String(decoding: parts[2], as: UTF8.self)) else {
            throw RowProblem("not as getent passwd prints it")
        }
        guard uids.contains(uid) else { return nil }
        guard let name = try? AccountName(String(decoding: parts[0], as: UTF8.self)) else {
            throw RowProblem("name: not acceptable as an account's")
        }
        return ImportedAccount(account: name, uid: uid, target: target)
    }
}
