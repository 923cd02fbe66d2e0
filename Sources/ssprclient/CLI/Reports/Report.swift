import SSPRProtocol
import SSPRVocabulary

/// A report in figures, whatever it is printed as.
struct Report {
    let name: String
    let title: String
    /// The time that it covers; nil where it is about now.
    let time: (from: Timestamp, to: Timestamp)?
    let sections: [ReportSection]
    /// What a reader must know of the figures.
    let notes: [String]
}

/// One table of a report; its first column says what a row is about.
struct ReportSection {
    struct Column {
        let key: String
        let title: String
        /// What is counted; nil for texts and moments.
        let unit: String?

        init(_ key: String, _ title: String, unit: String? = nil) {
            self.key = key
            self.title = title
            self.unit = unit
        }
    }

    /// How the rows are drawn.
    enum Picture {
        /// One bar a row, as long as the figure of a column.
        case bars(column: Int)
        /// One pile a row, from the figures of some columns.
        case piles(columns: [Int])
    }

    let key: String
    let title: String
    let columns: [Column]
    let rows: [[ReportCell]]
    let picture: Picture?
}

/// One figure, word or moment.
enum ReportCell {
    case text(String)
    case number(UInt64)
    case moment(Timestamp)
    /// There is nothing to say.
    case none

    var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .moment(let moment): Moment.text(moment)
        case .none: ""
        }
    }

    var number: UInt64 {
        if case .number(let number) = self { return number }
        return 0
    }

    var json: JSONText {
        switch self {
        case .text, .moment: .text(text)
        case .number(let number): .unsigned(number)
        case .none: .null
        }
    }
}

/// The value that so many of a hundred do not exceed, by nearest rank.
enum Percentile {
    static let shown: [UInt64] = [50, 90, 99]

    /// Of lengths of time in milliseconds, in whole seconds, rounded up; nothing where there are none.
    static func seconds(_ percent: UInt64, of sorted: [UInt64]) -> ReportCell {
        guard !sorted.isEmpty else { return .none }
        let rank = (UInt64(sorted.count) * percent + 99) / 100
        return .number((sorted[Int(max(rank, 1)) - 1] + 999) / 1000)
    }
}
