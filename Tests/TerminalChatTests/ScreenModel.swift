import TerminalChat

/// What somebody sees: a terminal of a few lines that obeys the sequences used here.
///
/// What it does not know is recorded, so that no test passes by accident.
struct ScreenModel {
    private(set) var columns: Int
    private let rowCount: Int
    private var cells: [[String]]
    private(set) var row = 0
    private(set) var column = 0
    /// Sequences that it does not know.
    private(set) var unknown: [String] = []
    /// Lines that have left the screen at its top.
    private(set) var scrolledOut: [String] = []

    init(columns: Int, rows: Int) {
        self.columns = columns
        rowCount = rows
        cells = [[]]
    }

    /// The lines, without blanks at their ends, down to the last one that has something.
    var lines: [String] {
        var lines = cells.map(Self.text)
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    var text: String { lines.joined(separator: "\n") }

    /// The line of the cursor with a mark where the cursor stands.
    var cursorLine: String {
        var line = cells[row]
        while line.count < column { line.append(" ") }
        line.insert("|", at: column)
        return Self.text(line)
    }

    private static func text(_ cells: [String]) -> String {
        var text = cells.joined()
        while text.last == " " { text.removeLast() }
        return text
    }

    /// The window has another width; lines that are too long break, as most terminals do it.
    mutating func resize(to columns: Int) {
        var next: [[String]] = []
        var cursor = (row: 0, column: 0)
        for (index, line) in cells.enumerated() {
            var rest = line[...]
            while rest.last == " " { rest.removeLast() }
            let first = next.count
            repeat {
                next.append(Array(rest.prefix(columns)))
                rest = rest.dropFirst(columns)
            } while !rest.isEmpty
            if index == row { cursor = (first + column / columns, column % columns) }
        }
        while cursor.row >= next.count { next.append([]) }
        self.columns = columns
        cells = next
        (row, column) = (cursor.row, cursor.column)
        scroll()
    }

    mutating func write(_ bytes: [UInt8]) {
        var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n":
                row += 1
                scroll()
            case "\u{1B}": obey(&rest)
            default:
                if scalar.value < 0x20 { unknown.append("control \(scalar.value)") }
                put(scalar)
            }
        }
    }

    private mutating func scroll() {
        while row >= cells.count { cells.append([]) }
        while cells.count > rowCount {
            scrolledOut.append(Self.text(cells.removeFirst()))
            row -= 1
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = DisplayWidth.of(Character(scalar))
        if width == 0 {
            guard column > 0 else { return }
            var place = column - 1
            if cells[row][place].isEmpty && place > 0 { place -= 1 }
            cells[row][place].unicodeScalars.append(scalar)
            return
        }
        if column + width > columns {
            column = 0
            row += 1
            scroll()
        }
        while cells[row].count < column + width { cells[row].append(" ") }
        cells[row][column] = String(Character(scalar))
        if width == 2 { cells[row][column + 1] = "" }
        column += width
    }

    private mutating func obey(_ rest: inout Substring.UnicodeScalarView) {
        guard rest.popFirst() == "[" else { return unknown.append("no CSI") }
        var parameters = ""
        while let scalar = rest.first, (0x20...0x3F).contains(scalar.value) {
            parameters.unicodeScalars.append(scalar)
            rest.removeFirst()
        }
        let count = max(1, Int(parameters) ?? 1)
        switch rest.popFirst() {
        case "A": row = max(0, row - count)
        case "B": row = min(cells.count - 1, row + count)
        case "C": column = min(columns - 1, column + count)
        case "D": column = max(0, column - count)
        case "K": cells[row].removeSubrange(min(column, cells[row].count)...)
        case "J" where parameters == "2": cells = cells.map { _ in [] }
        case "J":
            cells[row].removeSubrange(min(column, cells[row].count)...)
            cells.removeSubrange((row + 1)...)
        case "H": (row, column) = (0, 0)
        case "m": break
        case let final: unknown.append("CSI \(parameters) \(String(describing: final))")
        }
    }
}
