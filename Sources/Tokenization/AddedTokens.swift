/// Tokens that are recognised in the text itself, before and after it is normalized.
struct AddedTokens: Sendable {
    struct Token: Sendable {
        let id: Int32
        let isSingleWord: Bool
        let stripsLeft: Bool
        let stripsRight: Bool
    }

    /// A stretch of text between tokens, or a token found in it.
    enum Part {
        case text(Range<Int>)
        case token(Int32)
    }

    private(set) var tokens: [Token] = []
    // A trie. Node n's children: transitions[n << 8 | byte]; the root is node 0.
    private var transitions: [UInt64: Int32] = [:]
    private var nodeTokens: [Int32] = [-1]
    private var rootBytes = [Bool](repeating: false, count: 256)

    var isEmpty: Bool { tokens.isEmpty }

    mutating func insert(_ content: [UInt8], _ token: Token) {
        guard let first = content.first else { return }
        rootBytes[Int(first)] = true
        var node: UInt64 = 0
        for byte in content {
            let key = node << 8 | UInt64(byte)
            if let child = transitions[key] {
                node = UInt64(child)
            } else {
                transitions[key] = Int32(nodeTokens.count)
                node = UInt64(nodeTokens.count)
                nodeTokens.append(-1)
            }
        }
        nodeTokens[Int(node)] = Int32(tokens.count)
        tokens.append(token)
    }

    /// Cuts a text at the tokens in it: of those that begin first, the longest.
    ///
    /// A token that `isRecognized` refuses, given its id and its place, stays text.
    func split(
        _ bytes: [UInt8],
        isRecognized: (Int32, Range<Int>) -> Bool = { _, _ in true }
    ) -> [Part] {
        if isEmpty { return bytes.isEmpty ? [] : [.text(bytes.indices)] }
        var parts: [Part] = []
        var textStart = 0
        var index = 0
        while index < bytes.count {
            guard rootBytes[Int(bytes[index])], let match = longestMatch(bytes, at: index) else {
                index += 1
                continue
            }
            let token = tokens[match.token]
            let found = index..<match.end
            guard isRecognized(token.id, found) else {
                index += 1
                continue
            }
            index = match.end
            if token.isSingleWord, touchesWord(bytes, found) { continue }
            var start = found.lowerBound
            var end = found.upperBound
            if token.stripsLeft { start = spacesStart(bytes, before: start, notBefore: textStart) }
            // Up to `textStart` an earlier token has seen nothing but spaces.
            if token.stripsRight { end = spacesEnd(bytes, from: max(end, textStart)) }
            if textStart < start { parts.append(.text(textStart..<start)) }
            parts.append(.token(token.id))
            textStart = end
        }
        if textStart < bytes.count { parts.append(.text(textStart..<bytes.count)) }
        return parts
    }

    private func longestMatch(_ bytes: [UInt8], at start: Int) -> (token: Int, end: Int)? {
        var node: UInt64 = 0
        var longest: (token: Int, end: Int)?
        var index = start
        while index < bytes.count, let child = transitions[node << 8 | UInt64(bytes[index])] {
            index += 1
            node = UInt64(child)
            if nodeTokens[Int(node)] >= 0 { longest = (Int(nodeTokens[Int(node)]), index) }
        }
        return longest
    }

    // MARK: - Surroundings

    private func touchesWord(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let classes = ScalarClasses.ofText
        if range.lowerBound > 0 {
            let before = UTF8Scalar.decode(bytes, before: range.lowerBound).scalar
            if ScalarSet.wordCharacters.contains(classes.classes(of: before)) { return true }
        }
        guard range.upperBound < bytes.count else { return false }
        let after = classes.at(range.upperBound, in: bytes).classes
        return ScalarSet.wordCharacters.contains(after)
    }

    private func spacesStart(_ bytes: [UInt8], before end: Int, notBefore limit: Int) -> Int {
        var start = end
        while start > limit {
            let (scalar, byteCount) = UTF8Scalar.decode(bytes, before: start)
            guard ScalarSet.whitespace.contains(ScalarClasses.ofText.classes(of: scalar)) else {
                break
            }
            start -= byteCount
        }
        return start
    }

    private func spacesEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var end = start
        while end < bytes.count {
            let (classes, byteCount) = ScalarClasses.ofText.at(end, in: bytes)
            guard ScalarSet.whitespace.contains(classes) else { break }
            end += byteCount
        }
        return end
    }
}
