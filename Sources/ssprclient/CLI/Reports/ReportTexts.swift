import Glibc
import SSPRProtocol

/// A report as tables with aligned columns.
enum ReportTable {
    private static let barWidth = 24

    static func text(_ report: Report, hasBars: Bool) -> String {
        var lines = [
            report.title + (report.time.map { " from \(Moment.text($0.from)) to \(Moment.text($0.to))" } ?? "")
        ]
        for section in report.sections {
            lines += ["", section.title]
            lines += table(section, hasBars: hasBars)
        }
        if !report.notes.isEmpty { lines += [""] + report.notes }
        return lines.map(Printable.escaped).joined(separator: "\n") + "\n"
    }

    private static func table(_ section: ReportSection, hasBars: Bool) -> [String] {
        guard !section.rows.isEmpty else { return ["  none"] }
        // The unit stands in the head where it does not say the same again.
        let heads = section.columns.map { column in
            column.title.uppercased() + (column.unit == "s" || column.unit == "%" ? " (\(column.unit ?? ""))" : "")
        }
        let texts = section.rows.map { $0.map { cell in cell.text.isEmpty ? "-" : Printable.escaped(cell.text) } }
        let widths = heads.indices.map { index in
            max(heads[index].count, texts.map { $0[index].count }.max() ?? 0)
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { index, cell in
                let blanks = String(repeating: " ", count: widths[index] - cell.count)
                return section.columns[index].unit == nil ? cell + blanks : blanks + cell
            }
            return "  " + padded.joined(separator: "  ")
        }
        func trimmed(_ line: String) -> String {
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }
        var bars = section.rows.map { _ in "" }
        if hasBars, case .bars(let column) = section.picture {
            let most = section.rows.map { $0[column].number }.max() ?? 0
            bars = section.rows.map { bar($0[column].number, of: most) }
        }
        return [trimmed(line(heads))] + zip(texts, bars).map { trimmed(line($0) + "  " + $1) }
    }

    /// A bar of blocks, drawn to an eighth of a character.
    private static func bar(_ number: UInt64, of most: UInt64) -> String {
        guard most > 0, number > 0 else { return "" }
        let eighths = max(1, Int(Double(number) / Double(most) * Double(barWidth * 8)))
        let rest = eighths % 8
        return String(repeating: "█", count: eighths / 8) + (rest == 0 ? "" : String(Array("▏▎▍▌▋▊▉")[rest - 1]))
    }
}

/// A report as one table of comma-separated values (RFC 4180): a record a figure.
enum ReportCSV {
    static func text(_ report: Report) -> String {
        var records = [["section", "row", "item", "figure", "value", "unit"]]
        for section in report.sections {
            for (index, row) in section.rows.enumerated() {
                for (column, cell) in zip(section.columns, row).dropFirst() {
                    records.append([
                        section.key, "\(index + 1)", row[0].text, column.key, cell.text, column.unit ?? "",
                    ])
                }
            }
        }
        return records.map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
    }

    /// A spreadsheet takes a cell that begins with one of these for a formula: a name must not become one.
    static func cell(_ text: String) -> String {
        let text = Printable.escaped(text)
        let guarded = text.first.map { "=+-@".contains($0) } == true ? "'" + text : text
        guard guarded.utf8.contains(where: { [0x22, 0x2c, 0x0d, 0x0a].contains($0) }) else { return guarded }
        return "\"" + guarded.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// A report as one JSON object.
enum ReportJSON {
    static func text(_ report: Report) -> String {
        var fields: [(String, JSONText)] = [("report", .text(report.name))]
        if let time = report.time {
            fields += [("from", .text(Moment.text(time.from))), ("to", .text(Moment.text(time.to)))]
        }
        fields += report.sections.map { section in
            (
                section.key,
                .list(section.rows.map { .object(zip(section.columns, $0).map { ($0.key, $1.json) }) })
            )
        }
        fields.append(("notes", .list(report.notes.map { .text($0) })))
        return JSONText.object(fields).pretty + "\n"
    }
}

extension Console {
    /// Writes a whole text to a file, or to the standard output without one.
    func write(_ text: String, to file: String?) throws(CommandFailure) {
        var stream = StandardStream.output
        if let file {
            // The path is lent for the call only.
            let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o600)
            guard descriptor >= 0 else { throw Self.unwritable(file) }
            stream = StandardStream(descriptor: descriptor)
        }
        let isWritten = stream.write(text)
        let isClosed = file == nil || close(stream.descriptor) == 0
        guard isWritten, isClosed else { throw Self.unwritable(file ?? "the output") }
    }

    private static func unwritable(_ what: String) -> CommandFailure {
        // The text is copied at once.
        CommandFailure(
            .output, "cannot write \(what)", why: unsafe String(cString: strerror(errno)),
            next: "check the path, its permissions and the room on its disk")
    }
}
