/// Cuts a template into tokens, one at a time.
///
/// Blocks are trimmed as transformers has them: a line break behind a block goes away
/// (`trim_blocks`), and so does blank space between the start of a line and a block
/// (`lstrip_blocks`).
struct Lexer {
    private enum Mode {
        case text
        case variable
        case block
    }

    private let source: [UInt8]
    private var position = 0
    private(set) var line = 1
    private var mode = Mode.text
    private var openBrackets: [Sign] = []
    /// Whether what was read last ended a line.
    private var isAtLineStart = true
    /// The tag that follows text which has been handed out already.
    private var waiting: Token?

    init(_ source: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.utf8.count)
        var isAfterReturn = false
        for byte in source.utf8 {
            if byte == 0x0D {
                bytes.append(0x0A)
            } else if byte != 0x0A || !isAfterReturn {
                bytes.append(byte)
            }
            isAfterReturn = byte == 0x0D
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        self.source = bytes
    }

    mutating func next() throws(ChatTemplateError) -> Token {
        if let token = waiting {
            waiting = nil
            return token
        }
        while mode == .text {
            if position >= source.count { return Token(kind: .end, line: line) }
            if let token = try text() { return token }
        }
        return try tag()
    }

    // MARK: - Between tags

    /// Reads up to the next tag; nil where that leaves nothing for the parser.
    private mutating func text() throws(ChatTemplateError) -> Token? {
        let start = position
        let startLine = line
        guard let open = nextTag(from: start) else {
            advance(to: source.count)
            return Token(kind: .data(Array(source[start...])), line: startLine)
        }
        let kind = source[open + 1]
        let raw = kind == UInt8(ascii: "%") ? rawTag("raw", at: open) : nil
        var end = open + 2
        var sign: UInt8?
        if end < source.count, source[end] == UInt8(ascii: "-") || source[end] == UInt8(ascii: "+")
        {
            sign = source[end]
            end += 1
        }
        let data = trimmed(start..<open, sign: sign, isVariable: kind == UInt8(ascii: "{"))
        if let raw {
            advance(to: raw)
            isAtLineStart = source[raw - 1] == 0x0A
            let content = try rawContent()
            let tokens = [data, content].filter { !$0.isEmpty }
            guard let last = tokens.last else { return nil }
            if tokens.count > 1 { waiting = Token(kind: .data(last), line: startLine) }
            return Token(kind: .data(tokens[0]), line: startLine)
        }
        advance(to: end)
        isAtLineStart = false
        switch kind {
        case UInt8(ascii: "#"): try comment()
        case UInt8(ascii: "{"): mode = .variable
        default: mode = .block
        }
        let begin = tagBegin
        if data.isEmpty { return begin }
        waiting = begin
        return Token(kind: .data(data), line: startLine)
    }

    private var tagBegin: Token? {
        switch mode {
        case .text: nil
        case .variable: Token(kind: .variableBegin, line: line)
        case .block: Token(kind: .blockBegin, line: line)
        }
    }

    private func nextTag(from start: Int) -> Int? {
        var index = start
        while index + 1 < source.count {
            if source[index] == UInt8(ascii: "{") {
                let next = source[index + 1]
                if next == UInt8(ascii: "{") || next == UInt8(ascii: "%")
                    || next == UInt8(ascii: "#")
                {
                    return index
                }
            }
            index += 1
        }
        return nil
    }

    private func trimmed(_ range: Range<Int>, sign: UInt8?, isVariable: Bool) -> [UInt8] {
        if sign == UInt8(ascii: "-") {
            return Array(source[range.lowerBound..<source.endOfText(in: range)])
        }
        if sign == UInt8(ascii: "+") || isVariable { return Array(source[range]) }
        let lineStart = source[range].lastIndex(of: 0x0A).map { $0 + 1 }
        guard let start = lineStart ?? (isAtLineStart ? range.lowerBound : nil),
            source.endOfText(in: start..<range.upperBound) == start
        else { return Array(source[range]) }
        return Array(source[range.lowerBound..<start])
    }

    /// Skips a comment, to behind its end.
    private mutating func comment() throws(ChatTemplateError) {
        var index = position
        while index + 1 < source.count {
            if source[index] == UInt8(ascii: "#"), source[index + 1] == UInt8(ascii: "}") {
                let isStripping = index > position && source[index - 1] == UInt8(ascii: "-")
                let isKeeping = index > position && source[index - 1] == UInt8(ascii: "+")
                close(at: index + 2, isStripping: isStripping, isKeeping: isKeeping)
                return
            }
            index += 1
        }
        throw .syntax(line: line, reason: "a comment is not closed")
    }

    /// Where a tag of one word ends: `{%- raw %}`; nil if another tag is there.
    private func rawTag(_ word: String, at start: Int) -> Int? {
        var index = start + 2
        if index < source.count,
            source[index] == UInt8(ascii: "-") || source[index] == UInt8(ascii: "+")
        {
            index += 1
        }
        index = source.skipSpace(from: index)
        guard source[index...].starts(with: word.utf8) else { return nil }
        index = source.skipSpace(from: index + word.utf8.count)
        if source[index...].starts(with: "-%}".utf8) { return source.skipSpace(from: index + 3) }
        if source[index...].starts(with: "%}".utf8) { return index + 2 }
        if word == "endraw", source[index...].starts(with: "+%}".utf8) { return index + 3 }
        return nil
    }

    private mutating func rawContent() throws(ChatTemplateError) -> [UInt8] {
        let start = position
        var from = start
        while let open = nextTag(from: from) {
            guard source[open + 1] == UInt8(ascii: "%"), let end = rawTag("endraw", at: open) else {
                from = open + 1
                continue
            }
            let content = trimmed(start..<open, sign: source[open + 2], isVariable: false)
            let isPlain = source[end - 2] == UInt8(ascii: "%") && source[end - 1] != 0x0A
            let isKeeping = isPlain && source[end - 3] == UInt8(ascii: "+")
            let isStripping = !isPlain || source[end - 3] == UInt8(ascii: "-")
            close(at: end, isStripping: isStripping, isKeeping: isKeeping)
            return content
        }
        throw .syntax(line: line, reason: "a raw block is not closed")
    }

    /// Goes on behind the end of a tag and behind the blank space it takes with it.
    private mutating func close(at end: Int, isStripping: Bool, isKeeping: Bool) {
        var end = end
        if isStripping {
            end = source.skipSpace(from: end)
        } else if !isKeeping, end < source.count, source[end] == 0x0A {
            end += 1
        }
        advance(to: end)
        isAtLineStart = source[end - 1] == 0x0A
        mode = .text
    }

    private mutating func advance(to end: Int) {
        for byte in source[position..<end] where byte == 0x0A { line += 1 }
        position = end
    }

    // MARK: - Inside a tag

    private mutating func tag() throws(ChatTemplateError) -> Token {
        advance(to: source.skipSpace(from: position))
        guard position < source.count else { return Token(kind: .end, line: line) }
        if openBrackets.isEmpty, let end = tagEnd() { return end }
        let start = line
        return Token(kind: try word(), line: start)
    }

    private mutating func tagEnd() -> Token? {
        let isVariable = mode == .variable
        let rest = source[position...]
        let start = line
        let mark = isVariable ? "}}" : "%}"
        let token = Token(kind: isVariable ? .variableEnd : .blockEnd, line: start)
        if rest.starts(with: ("-" + mark).utf8) {
            close(at: position + 3, isStripping: true, isKeeping: false)
        } else if rest.starts(with: mark.utf8) {
            close(at: position + 2, isStripping: false, isKeeping: isVariable)
        } else if !isVariable, rest.starts(with: "+%}".utf8) {
            close(at: position + 3, isStripping: false, isKeeping: true)
        } else {
            return nil
        }
        return token
    }

    private mutating func word() throws(ChatTemplateError) -> Token.Kind {
        let first = source[position]
        if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
            var literal = TextLiteral(source, at: position, line: line)
            let text = try literal.read()
            advance(to: literal.position)
            return .text(text)
        }
        if first.isDigit {
            let isAfterDot = position > 0 && source[position - 1] == UInt8(ascii: ".")
            var literal = NumberLiteral(source, at: position)
            guard let kind = literal.read(isAfterDot: isAfterDot) else {
                throw .syntax(line: line, reason: "a number is too large")
            }
            position = literal.position
            return kind
        }
        if let name = try name() { return .name(name) }
        let second = position + 1 < source.count ? source[position + 1] : nil
        guard first < 0x80, let sign = Sign(first, second) else {
            let character = source.scalar(at: position).scalar
            throw .syntax(line: line, reason: "'\(character)' is unexpected")
        }
        position += sign.rawValue.utf8.count
        try balance(sign)
        return .sign(sign)
    }

    private mutating func name() throws(ChatTemplateError) -> String? {
        var end = position
        while end < source.count {
            let (scalar, byteCount) = source.scalar(at: end)
            guard scalar == "_" || scalar.properties.isXIDContinue else { break }
            end += byteCount
        }
        guard end > position else { return nil }
        let first = source.scalar(at: position).scalar
        guard first == "_" || first.properties.isXIDStart else {
            throw .syntax(line: line, reason: "a name cannot start with '\(first)'")
        }
        defer { position = end }
        return String(decoding: source[position..<end], as: UTF8.self)
    }

    private mutating func balance(_ sign: Sign) throws(ChatTemplateError) {
        switch sign {
        case .openBracket: openBrackets.append(.closeBracket)
        case .openParenthesis: openBrackets.append(.closeParenthesis)
        case .openBrace: openBrackets.append(.closeBrace)
        case .closeBracket, .closeParenthesis, .closeBrace:
            guard openBrackets.popLast() == sign else {
                throw .syntax(line: line, reason: "'\(sign.rawValue)' closes nothing")
            }
        default: break
        }
    }
}
