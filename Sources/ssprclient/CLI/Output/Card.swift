/// Prints one thing as "label: value" lines, or as a line of names and one of values when a table is asked for.
struct Card {
    private let entries: [(label: String, value: String)]

    init(_ entries: [(label: String, value: String)]) {
        self.entries = entries
    }

    func print(on console: Console) throws(CommandFailure) {
        if console.options.format(for: .one, console) == .table {
            if !console.options.noLegend { try console.print(columns: entries.map { $0.label.uppercased() }) }
            try console.print(columns: entries.map(\.value))
            return
        }
        let width = entries.map(\.label.count).max() ?? 0
        for entry in entries {
            let blanks = console.isAccessible ? "" : String(repeating: " ", count: width - entry.label.count)
            try console.print("\(entry.label):\(blanks) \(entry.value)")
        }
    }
}
