import Testing

/// Something every file has to keep to.
struct Rule: Sendable, CustomTestStringConvertible {
    let name: String
    let check: @Sendable (RepositoryFile) -> [Violation]

    var testDescription: String { name }

    init(_ name: String, check: @escaping @Sendable (RepositoryFile) -> [Violation]) {
        self.name = name
        self.check = check
    }
}

/// A line that breaks a rule; lines count from 1, and 0 means the whole file.
struct Violation: Sendable, Equatable {
    let line: Int
    let reason: String
}

extension Sequence<Substring> {
    /// The lines for which `reason` has something to say.
    func violations(_ reason: (Substring) -> String?) -> [Violation] {
        enumerated().compactMap { index, line in
            reason(line).map { Violation(line: index + 1, reason: $0) }
        }
    }
}

extension Substring {
    /// Whether `word` stands here by itself, not as part of a longer name.
    func hasWord(_ word: String) -> Bool {
        ranges(of: word).contains { range in
            let before = self[..<range.lowerBound].last
            let after = self[range.upperBound...].first
            return !(before?.isPartOfName ?? false) && !(after?.isPartOfName ?? false)
        }
    }

    /// Whether `name` is called here as a free function.
    func calls(_ name: String) -> Bool {
        ranges(of: name + "(").contains { range in
            let before = self[..<range.lowerBound].last
            return !(before?.isPartOfName ?? false) && before != "."
        }
    }
}

extension Character {
    var isPartOfName: Bool { isLetter || isNumber || self == "_" }
}
