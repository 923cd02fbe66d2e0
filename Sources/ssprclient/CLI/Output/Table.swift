import SSPRProtocol

/// Prints many things of one kind, row by row, in the format that the options ask for.
struct Table {
    /// One column: its name, and how wide it is on a terminal at least.
    struct Column {
        let name: String
        let width: Int
    }

    private let columns: [Column]
    private let console: Console
    private let format: OutputFormat
    private var isFirst = true

    /// Prints the column names where there are any.
    init(_ columns: [Column], on console: Console) throws(CommandFailure) {
        self.columns = columns
        self.console = console
        format = console.options.format(for: .many, console)
        if format == .table, !console.options.noLegend { try printLine(columns.map { $0.name.uppercased() }) }
    }

    /// Prints a row; `json` is made only when it is asked for.
    mutating func print(_ cells: [String], _ json: () throws -> JSONText) throws {
        defer { isFirst = false }
        switch format {
        case .table: try printLine(cells)
        case .friendly:
            if !isFirst { try console.print("") }
            for (column, cell) in zip(columns, cells) { try console.print("\(column.name): \(cell)") }
        case .json: try console.print(raw: (isFirst ? "[" : ",") + "\n  " + json().compact)
        case .jsonl: try console.print(raw: json().compact)
        }
    }

    /// Prints what closes the list.
    func finish() throws(CommandFailure) {
        if format == .json { try console.print(raw: isFirst ? "[]" : "]") }
    }

    private func printLine(_ cells: [String]) throws(CommandFailure) {
        guard console.showsToPerson else { return try console.print(columns: cells) }
        var line = ""
        for (column, cell) in zip(columns, cells) {
            let text = Printable.escaped(cell)
            line += text + String(repeating: " ", count: max(0, column.width - text.count) + 2)
        }
        while line.last == " " { line.removeLast() }
        try console.print(line)
    }
}
