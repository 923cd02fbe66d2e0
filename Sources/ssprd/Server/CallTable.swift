import SSPRProtocol

/// The daemon's table of contents: every call once.
public struct CallTable: Sendable {
    /// What is wrong with a table; the daemon does not start with it.
    public struct Faults: Error, Equatable, CustomStringConvertible {
        /// One sentence a fault, in number order.
        public let faults: [String]

        /// All faults in one line.
        public var description: String { "the table of calls is wrong: " + faults.joined(separator: "; ") }
    }

    private let rows: [UInt16: Row]

    /// Joins the rows; throws `Faults` unless the catalogue's calls are there, each exactly once and in a place that fits its cost.
    public init(rows: [Row]) throws {
        try self.init(rows: rows, catalogue: CallCatalog.calls.map { Self.identity(of: $0) })
    }

    /// The same against another catalogue.
    init(rows: [Row], catalogue: [(method: UInt16, name: String)]) throws {
        var faults: [String] = []
        let counts = rows.reduce(into: [:]) { $0[$1.method, default: 0] += 1 }
        for (method, name) in catalogue {
            switch counts[method, default: 0] {
            case 0: faults.append("\(name) has no row")
            case 1: break
            case let count: faults.append("\(name) has \(count) rows")
            }
        }
        let known = Set(catalogue.map(\.method))
        for row in rows.sorted(by: { $0.method < $1.method }) {
            if !known.contains(row.method) { faults.append("\(row.name) is not in the catalogue") }
            if row.place == .inline, row.cost != .memory {
                faults.append("\(row.name) costs \(row.cost.rawValue) and would stop the event loop")
            }
            if row.place == .inline, row.access.own == .account {
                faults.append("\(row.name) needs the store to know whose account it is, and would stop the event loop")
            }
            if row.cost == .waiting, row.place != .waiting {
                faults.append("\(row.name) waits and would hold a thread")
            }
        }
        guard faults.isEmpty else { throw Faults(faults: faults) }
        self.rows = Dictionary(rows.map { ($0.method, $0) }) { first, _ in first }
    }

    /// A table of some rows only, for tests of the machinery.
    init(partial rows: [Row]) {
        self.rows = Dictionary(rows.map { ($0.method, $0) }) { first, _ in first }
    }

    /// The row of a number, if there is such a call.
    subscript(method: UInt16) -> Row? { rows[method] }

    private static func identity<C: Call>(of call: C.Type) -> (method: UInt16, name: String) {
        (call.declaration.method, call.declaration.name)
    }
}
