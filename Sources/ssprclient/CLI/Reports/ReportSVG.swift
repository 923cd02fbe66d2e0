import SSPRVocabulary

/// A report as one picture (SVG 1.1): a chart a section that has one, below each other.
///
/// Dark on light; parts differ by their pattern too, and every figure is written beside its bar or in the description.
enum ReportSVG {
    private static let width = 760

    static func text(_ report: Report) -> String {
        var drawing = Drawing(width: width)
        drawing.text(24, 36, report.title, size: 20, isBold: true)
        var top = 52
        if let time = report.time {
            drawing.text(24, 58, "\(Moment.text(time.from)) to \(Moment.text(time.to))", size: 12)
            top = 74
        }
        var facts: [String] = []
        for section in report.sections {
            guard let picture = section.picture, !section.rows.isEmpty else { continue }
            switch picture {
            case .bars(let column): top = BarChart(section: section, column: column).draw(on: &drawing, top: top)
            case .piles(let columns): top = PileChart(section: section, columns: columns).draw(on: &drawing, top: top)
            }
            facts.append(section.title + ". " + section.rows.map { words($0, section) }.joined(separator: "; "))
        }
        for note in report.notes {
            drawing.text(24, top + 12, note, size: 11)
            top += 18
        }
        return drawing.document(height: top + 16, title: report.title, description: facts.joined(separator: ". ") + ".")
    }

    /// A row in words, for whoever does not see the picture.
    private static func words(_ row: [ReportCell], _ section: ReportSection) -> String {
        let figures = zip(section.columns, row).dropFirst().filter { $0.1.number > 0 || section.columns.count == 2 }
        let said = figures.map { "\($0.title) \($1.text.isEmpty ? "none" : $1.text)" }.joined(separator: ", ")
        return "\(row[0].text): \(said.isEmpty ? "0" : said)"
    }
}

/// Shapes of a picture as they are drawn, in whole pixels.
struct Drawing {
    let width: Int
    private var body: [String] = []

    init(width: Int) { self.width = width }

    enum Anchor: String {
        case start
        case middle
        case end
    }

    mutating func text(
        _ x: Int, _ y: Int, _ text: String, size: Int = 12, isBold: Bool = false, anchor: Anchor = .start
    ) {
        body.append(
            "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" text-anchor=\"\(anchor.rawValue)\""
                + (isBold ? " font-weight=\"bold\"" : "") + ">\(Self.escaped(text))</text>")
    }

    mutating func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, isStrong: Bool = false) {
        body.append(
            "<line x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\" stroke=\"\(isStrong ? "#222" : "#ddd")\"/>")
    }

    /// A filled rectangle in the pattern of a part.
    mutating func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int, part: Int) {
        let frame = width > 2 && height > 1 ? " stroke=\"#222\" stroke-width=\"0.5\"" : ""
        body.append(
            "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(max(width, 1))\" height=\"\(max(height, 1))\" fill=\"url(#p\(part % 5))\"\(frame)/>"
        )
    }

    func document(height: Int, title: String, description: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
        font-family="sans-serif" fill="#222" role="img" aria-labelledby="title desc">
        <title id="title">\(Self.escaped(title))</title>
        <desc id="desc">\(Self.escaped(description))</desc>
        <defs>
        \(Self.patterns)
        </defs>
        <rect width="\(width)" height="\(height)" fill="#fff"/>
        \(body.joined(separator: "\n"))
        </svg>

        """
    }

    /// Five fills that differ in darkness and in their lines, so that they are told apart in grey as well.
    private static let patterns: String = {
        func pattern(_ number: Int, _ ground: String, _ lines: String) -> String {
            "<pattern id=\"p\(number)\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
                + "<rect width=\"8\" height=\"8\" fill=\"\(ground)\"/>\(lines)</pattern>"
        }
        return [
            pattern(0, "#1f4e79", ""),
            pattern(1, "#f2b24c", "<path d=\"M-2 2L2 -2M0 8L8 0M6 10L10 6\" stroke=\"#222\"/>"),
            pattern(2, "#8fc1e3", "<circle cx=\"4\" cy=\"4\" r=\"1.5\" fill=\"#222\"/>"),
            pattern(3, "#dcefdc", "<path d=\"M0 2H8M0 6H8\" stroke=\"#2d6a2d\"/>"),
            pattern(4, "#b23a48", "<path d=\"M2 0V8M6 0V8\" stroke=\"#fff\"/>"),
        ].joined(separator: "\n")
    }()

    /// Text that is no markup; what cannot be seen is escaped as at a terminal.
    private static func escaped(_ text: String) -> String {
        Printable.escaped(text).reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
