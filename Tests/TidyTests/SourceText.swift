/// A Swift or C file taken apart: its code without comments and without what strings say, and its
/// comments; both with the lines of the original.
struct SourceText {
    let lines: [Substring]
    let code: [Substring]
    let comments: [Substring]

    init(_ text: String, isC: Bool = false) {
        var splitter = SourceSplitter(bytes: Array(text.utf8), isC: isC)
        splitter.run()
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = Self.split(splitter.code)
        comments = Self.split(splitter.comments)
    }

    private static func split(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }
}

/// Walks over a file once and sorts every byte into code or comment.
private struct SourceSplitter {
    private enum Mode {
        /// Code, and how many brackets are open if it stands inside a string.
        case code(openBrackets: Int)
        case string(hashes: Int, isMultiline: Bool)
        case character
        case lineComment
        case blockComment(depth: Int)
    }

    let bytes: [UInt8]
    let isC: Bool
    var code: [UInt8] = []
    var comments: [UInt8] = []
    private var position = 0
    private var modes: [Mode] = [.code(openBrackets: 0)]

    init(bytes: [UInt8], isC: Bool) {
        self.bytes = bytes
        self.isC = isC
    }

    mutating func run() {
        while position < bytes.count {
            switch modes.last {
            case .code(let openBrackets): readCode(openBrackets)
            case .string(let hashes, let isMultiline): readString(hashes, isMultiline)
            case .character: readCharacter()
            case .lineComment: readLineComment()
            case .blockComment(let depth): readBlockComment(depth)
            case nil: modes = [.code(openBrackets: 0)]
            }
        }
    }

    private func follows(_ text: StaticString) -> Bool {
        bytes[position...].starts(with: "\(text)".utf8)
    }

    /// Moves on; the bytes go to code, to comments, or, as blanks, to both.
    private mutating func take(_ count: Int, code isCode: Bool = false, comment: Bool = false) {
        for byte in bytes[position..<min(position + count, bytes.count)] {
            let isNewline = byte == UInt8(ascii: "\n")
            code.append(isCode || isNewline ? byte : UInt8(ascii: " "))
            comments.append(comment || isNewline ? byte : UInt8(ascii: " "))
        }
        position += count
    }

    private mutating func readCode(_ openBrackets: Int) {
        if follows("//") {
            modes.append(.lineComment)
        } else if follows("/*") {
            modes.append(.blockComment(depth: 0))
        } else if isC && follows("'") {
            modes.append(.character)
            take(1, code: true)
        } else if let hashes = hashesBeforeQuote() {
            take(hashes, code: true)
            let isMultiline = !isC && follows("\"\"\"")
            modes.append(.string(hashes: hashes, isMultiline: isMultiline))
            take(isMultiline ? 3 : 1, code: true)
        } else {
            let isInString = modes.count > 1
            if isInString && follows("(") {
                modes[modes.count - 1] = .code(openBrackets: openBrackets + 1)
            } else if isInString && follows(")") {
                modes[modes.count - 1] = .code(openBrackets: openBrackets - 1)
                if openBrackets == 1 { modes.removeLast() }
            }
            take(1, code: true)
        }
    }

    private func hashesBeforeQuote() -> Int? {
        var end = position
        while !isC && end < bytes.count && bytes[end] == UInt8(ascii: "#") { end += 1 }
        guard end < bytes.count && bytes[end] == UInt8(ascii: "\"") else { return nil }
        return end - position
    }

    private mutating func readString(_ hashes: Int, _ isMultiline: Bool) {
        let hashText = String(repeating: "#", count: hashes)
        let rest = bytes[position...]
        let close = (isMultiline ? "\"\"\"" : "\"") + hashText
        if rest.starts(with: close.utf8) {
            modes.removeLast()
            take(close.utf8.count, code: true)
        } else if !isC && rest.starts(with: ("\\" + hashText + "(").utf8) {
            take(hashes + 1)
            modes.append(.code(openBrackets: 0))
        } else if rest.starts(with: ("\\" + hashText).utf8) {
            take(hashes + 2)
        } else if !isMultiline && follows("\n") {
            modes.removeLast()
        } else {
            take(1)
        }
    }

    private mutating func readCharacter() {
        if follows("\\") {
            take(2)
        } else if follows("'") || follows("\n") {
            modes.removeLast()
            take(1, code: true)
        } else {
            take(1)
        }
    }

    private mutating func readLineComment() {
        if follows("\n") {
            modes.removeLast()
        } else {
            take(1, comment: true)
        }
    }

    private mutating func readBlockComment(_ depth: Int) {
        if follows("/*") {
            modes[modes.count - 1] = .blockComment(depth: depth + 1)
            take(2, comment: true)
        } else if follows("*/") {
            take(2, comment: true)
            if depth == 1 || isC {
                modes.removeLast()
            } else {
                modes[modes.count - 1] = .blockComment(depth: depth - 1)
            }
        } else {
            take(1, comment: true)
        }
    }
}
