import SSPRVocabulary

/// The marks of an axis: 1, 2 or 5 times a power of ten apart, at most five of them.
struct Ticks {
    let step: UInt64
    /// The last mark, which no figure exceeds.
    let top: UInt64

    init(upTo most: UInt64) {
        var step: UInt64 = 1
        var factors: [UInt64] = [2, 5, 10]
        var power: UInt64 = 1
        while most / 5 >= step, most > step * 5 {
            step = power * factors.removeFirst()
            if factors.isEmpty {
                factors = [2, 5, 10]
                power *= 10
            }
        }
        self.step = step
        top = max(step, (most + step - 1) / step * step)
    }

    /// All marks from 0 on.
    var marks: [UInt64] { Array(stride(from: 0, through: top, by: UInt64.Stride(step))) }

    /// How many of `pixels` a figure takes.
    func length(_ figure: UInt64, of pixels: Int) -> Int { Int(Double(figure) / Double(top) * Double(pixels) + 0.5) }
}

extension ReportSection {
    /// The title with the unit of a column, where it does not say it.
    fileprivate func heading(of column: Int) -> String {
        guard let unit = columns[column].unit, unit.count < 3 || !title.lowercased().contains(unit) else {
            return title
        }
        return "\(title) (\(unit))"
    }
}

/// One bar a row, with its figure at the end.
struct BarChart {
    let section: ReportSection
    let column: Int

    /// Draws below `top`; returns where it ends.
    func draw(on drawing: inout Drawing, top: Int) -> Int {
        let (left, right, rowHeight) = (150, drawing.width - 80, 26)
        let ticks = Ticks(upTo: section.rows.map { $0[column].number }.max() ?? 0)
        let first = top + 44
        let bottom = first + section.rows.count * rowHeight
        drawing.text(24, top + 26, section.heading(of: column), size: 15, isBold: true)
        for mark in ticks.marks {
            let x = left + ticks.length(mark, of: right - left)
            drawing.line(x, first, x, bottom)
            drawing.text(x, bottom + 16, "\(mark)", size: 11, anchor: .middle)
        }
        for (index, row) in section.rows.enumerated() {
            let y = first + index * rowHeight
            let length = ticks.length(row[column].number, of: right - left)
            drawing.text(left - 8, y + 18, row[0].text, anchor: .end)
            if length > 0 { drawing.box(left, y + 5, length, rowHeight - 10, part: 0) }
            drawing.text(left + length + 6, y + 18, row[column].text.isEmpty ? "-" : row[column].text)
        }
        drawing.line(left, first, left, bottom, isStrong: true)
        return bottom + 28
    }
}

/// One pile a row, from below upwards in the order of the columns, with a legend.
struct PileChart {
    let section: ReportSection
    let columns: [Int]

    /// Draws below `top`; returns where it ends.
    func draw(on drawing: inout Drawing, top: Int) -> Int {
        let (left, right, height) = (64, drawing.width - 24, 200)
        let sums = section.rows.map { row in columns.reduce(UInt64(0)) { $0 + row[$1].number } }
        let ticks = Ticks(upTo: sums.max() ?? 0)
        drawing.text(24, top + 26, section.heading(of: columns[0]), size: 15, isBold: true)
        legend(on: &drawing, left, top + 40)
        let base = top + 80 + height
        for mark in ticks.marks {
            let y = base - ticks.length(mark, of: height)
            drawing.line(left, y, right, y)
            drawing.text(left - 8, y + 4, "\(mark)", size: 11, anchor: .end)
        }
        let pitch = Double(right - left) / Double(section.rows.count)
        let labelWidth = (section.rows.map { label($0[0]).count }.max() ?? 1) * 6 + 6
        let every = max(1, Int((Double(labelWidth) / pitch).rounded(.up)))
        for (index, row) in section.rows.enumerated() {
            let x = left + Int(Double(index) * pitch)
            let width = max(1, min(64, Int(pitch * 0.7)))
            let start = x + (Int(pitch) - width) / 2
            var done: UInt64 = 0
            for (part, column) in columns.enumerated() where row[column].number > 0 {
                let below = ticks.length(done, of: height)
                done += row[column].number
                let above = ticks.length(done, of: height)
                drawing.box(start, base - above, width, above - below, part: part)
            }
            if width >= 18, sums[index] > 0 {
                drawing.text(
                    start + width / 2, base - ticks.length(sums[index], of: height) - 5, "\(sums[index])", size: 11,
                    anchor: .middle)
            }
            if index % every == 0 {
                drawing.text(start + width / 2, base + 16, label(row[0]), size: 10, anchor: .middle)
            }
        }
        drawing.line(left, base, right, base, isStrong: true)
        return base + 30
    }

    private func legend(on drawing: inout Drawing, _ left: Int, _ y: Int) {
        var x = left
        for (part, column) in columns.enumerated() {
            drawing.box(x, y, 14, 14, part: part)
            drawing.text(x + 20, y + 11, section.columns[column].title)
            x += 44 + section.columns[column].title.count * 7
        }
    }

    /// A moment as short as the rows let it be: its day, or its hour where any row is within a day.
    private func label(_ cell: ReportCell) -> String {
        guard case .moment(let moment) = cell else { return cell.text }
        let isDaily = section.rows.allSatisfy { row in
            if case .moment(let moment) = row[0] { return moment.milliseconds % 86_400_000 == 0 }
            return true
        }
        let text = Moment.text(moment)
        return isDaily
            ? String(text.prefix(10).suffix(5)) : text.prefix(10).suffix(5) + " " + text.prefix(13).suffix(2) + "h"
    }
}
