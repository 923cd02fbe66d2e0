import SSPRProtocol
import SSPRVocabulary

/// Sends a list batch by batch and reports the rows that are not taken; holds one batch.
struct Importer {
    /// What became of the rows.
    private(set) var accepted = 0
    private(set) var refused = 0
    private(set) var present = 0

    private let console: Console
    /// How many rows of a batch are taken.
    private let mode: ImportMode
    /// True to pass over an account that is there.
    private let skipsPresent: Bool
    private var table: Table
    private var batch: [(line: Int, row: ImportedAccount)] = []
    private var bytes = 0
    /// A rehearsal leaves nothing behind that the next batch could collide with, so it is remembered here.
    private var names: Set<String> = []
    private var uids: Set<UInt32> = []

    /// Below the request's limit, with room for what CBOR adds to a line.
    private static let batchBytes = 56_000

    init(_ mode: ImportMode, skipsPresent: Bool, on console: Console) throws(CommandFailure) {
        self.mode = mode
        self.skipsPresent = skipsPresent
        self.console = console
        table = try Table(
            [.init(name: "line", width: 8), .init(name: "account", width: 20), .init(name: "why", width: 40)],
            on: console)
    }

    /// Reads a whole list.
    mutating func run(_ lines: ListLines, _ format: ListFormat) throws {
        let progress = Progress(on: console, mode == .rehearsal ? "Trying" : "Importing") { Self.bar(lines) }
        while let line = try lines.next() {
            do {
                guard let row = try format.account(line.bytes) else { continue }
                try refuseRepeated(row)
                let size = (line.bytes?.count ?? 0) + 64
                if batch.count == Limits.importRows || bytes + size > Self.batchBytes { try flush(progress) }
                batch.append((line.number, row))
                bytes += size
            } catch let problem as RowProblem {
                try report(line.number, nil, problem.text)
            }
        }
        try flush(progress)
        try table.finish()
    }

    private func refuseRepeated(_ row: ImportedAccount) throws {
        if names.contains(row.account.text) { throw RowProblem("the name stands in an earlier line") }
        if let uid = row.uid, uids.contains(uid) { throw RowProblem("the uid stands in an earlier line") }
    }

    private mutating func flush(_ progress: Progress) throws {
        guard !batch.isEmpty else { return }
        defer {
            batch = []
            bytes = 0
        }
        progress.show()
        let first = batch[0].line
        let reply = try console.call(
            ImportAccounts.self,
            .init(rows: batch.map(\.row), mode: mode),
            doing: "import the lines from \(first) on; all before are done", in: .administration, showing: progress)
        let reasons = Dictionary(reply.refused.map { (Int($0.row), $0.reason) }) { first, _ in first }
        for (place, entry) in batch.enumerated() {
            switch reasons[place] {
            case nil:
                accepted += 1
                guard mode == .rehearsal else { continue }
                names.insert(entry.row.account.text)
                if let uid = entry.row.uid { uids.insert(uid) }
            case .nameTaken? where skipsPresent: present += 1
            case let reason?: try report(entry.line, entry.row.account, Self.words(reason))
            }
        }
        guard mode != .allOrNone || reasons.isEmpty else {
            throw CommandFailure(
                .badData, "the list is not imported from line \(first) on",
                why: "Since it was tried, something has changed; all lines before are in.",
                next: "mend the lines that are named, and import it again with --skip-existing")
        }
    }

    private mutating func report(_ line: Int, _ account: AccountName?, _ why: String) throws {
        refused += 1
        try table.print(["\(line)", account?.text ?? "-", why]) {
            .object([
                ("line", .unsigned(UInt64(line))), ("account", account.map { .text($0.text) } ?? .null),
                ("why", .text(why)),
            ])
        }
    }

    private static func words(_ reason: ImportRefusal) -> String {
        switch reason {
        case .nameTaken: "an account of this name is there"
        case .uidTaken: "another account has this uid"
        case .unknownGroup: "a group is not there: ssprclient groups add"
        case .noSeat: "a licence plan of a group has no seat left"
        case .badContact: "a contact does not fit its column"
        }
    }

    private static func bar(_ lines: ListLines) -> String {
        guard let size = lines.size, size > 0 else { return "\(lines.count) lines" }
        let share = min(20, lines.consumed * 20 / size)
        let bar = String(repeating: "#", count: share) + String(repeating: ".", count: 20 - share)
        return "\(bar) \(lines.consumed * 100 / size) %, \(lines.count) lines"
    }
}
