/// Rewrites text before it is cut.
struct Normalizer: Sendable {
    private enum Step: Sendable {
        case prepend([UInt8])
        case replace(SplitPattern, with: [UInt8])
        case normalize(NormalizationForm)
        case lowercase
        case strip(left: Bool, right: Bool)
        case stripAccents
    }

    private var steps: [Step] = []

    var isEmpty: Bool { steps.isEmpty }

    /// - Parameter node: null stands for no change.
    /// - Throws: what is malformed or not supported.
    init(_ node: JSONNode) throws(TokenizerError) {
        try append(node)
    }

    func normalize(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for step in steps where !text.isEmpty {
            switch step {
            case .prepend(let prefix): text = prefix + text
            case .replace(let pattern, let content):
                text = Self.replace(pattern, with: content, in: text)
            case .normalize(let form): text = form.normalize(text)
            case .lowercase: text = Self.lowercase(text)
            case .strip(let left, let right): text = Self.strip(text, left: left, right: right)
            case .stripAccents:
                text = Self.filter(text) { !ScalarSet.oldMarks.contains($0) }
            }
        }
        return text
    }

    private static func replace(
        _ pattern: SplitPattern,
        with content: [UInt8],
        in text: [UInt8]
    ) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        let matcher = SplitMatcher(bytes: text, classes: .ofText, range: text.indices)
        matcher.forEach(pattern) { range, isMatch in
            if isMatch {
                result.append(contentsOf: content)
            } else {
                result.append(contentsOf: text[range])
            }
        }
        return result
    }

    private static func lowercase(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        }
        return result
    }

    private static func strip(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
        var start = 0
        var end = text.count
        let classes = ScalarClasses.ofText
        while left, start < end {
            let (bits, byteCount) = classes.at(start, in: text)
            guard ScalarSet.whitespace.contains(bits) else { break }
            start += byteCount
        }
        while right, end > start {
            let (scalar, byteCount) = UTF8Scalar.decode(text, before: end)
            guard ScalarSet.whitespace.contains(classes.classes(of: scalar)) else { break }
            end -= byteCount
        }
        return Array(text[start..<end])
    }

    private static func filter(_ text: [UInt8], _ keeps: (UInt64) -> Bool) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            let (bits, byteCount) = ScalarClasses.ofText.at(index, in: text)
            if keeps(bits) { result.append(contentsOf: text[index..<index + byteCount]) }
            index += byteCount
        }
        return result
    }

    // MARK: - Reading

    private mutating func append(_ node: JSONNode) throws(TokenizerError) {
        if node.isNull { return }
        let kind = try node["type"].string()
        switch kind {
        case "Sequence":
            for child in try node["normalizers"].elements() { try append(child) }
        case "Prepend": steps.append(.prepend(try node["prepend"].bytes()))
        case "Replace": steps.append(try Self.replacement(node))
        case "NFC": steps.append(.normalize(.composed))
        case "NFD": steps.append(.normalize(.decomposed))
        case "NFKC": steps.append(.normalize(.compatibilityComposed))
        case "NFKD": steps.append(.normalize(.compatibilityDecomposed))
        case "Lowercase": steps.append(.lowercase)
        case "StripAccents": steps.append(.stripAccents)
        case "Strip":
            steps.append(
                .strip(
                    left: try node["strip_left"].bool(default: true),
                    right: try node["strip_right"].bool(default: true)
                )
            )
        default:
            throw node.unsupported("the normalizer '\(kind)'")
        }
    }

    private static func replacement(_ node: JSONNode) throws(TokenizerError) -> Step {
        let content = try node["content"].bytes()
        let pattern = node["pattern"]
        if pattern["Regex"].isNull {
            let text = try pattern["String"].bytes()
            guard !text.isEmpty else { throw pattern["String"].expected("a string with text") }
            return .replace(.literal(text), with: content)
        }
        let text = try pattern["Regex"].string()
        guard let known = KnownPatterns.pattern(text) else {
            throw pattern.unsupported("the pattern '\(text)'")
        }
        return .replace(known, with: content)
    }
}
