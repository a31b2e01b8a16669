/// What a rule matches, as a tree: the form in which sources are handed to ``ProgramBuilder``.
indirect enum Expression {
    /// The empty text.
    case empty
    /// Nothing at all.
    case never
    /// These bytes.
    case bytes([UInt8])
    /// One Unicode scalar of a set.
    case scalar(ScalarSet)
    /// One of many texts; they share what they begin with.
    case words([[UInt8]])
    case sequence([Expression])
    case choice([Expression])
    case repeated(Expression, atLeast: Int, atMost: Int?)
    case call(Int)
    case leaf(Leaf)
    case special(String)

    static func text(_ text: String) -> Expression { .bytes(Array(text.utf8)) }

    static func optional(_ body: Expression) -> Expression {
        .repeated(body, atLeast: 0, atMost: 1)
    }

    /// How many states building this takes, counted up to `limit`.
    func cost(limit: Int) -> Int {
        guard limit > 0 else { return 1 }
        switch self {
        case .empty, .never: return 0
        case .call, .leaf, .special, .bytes: return 1
        case .scalar(let set): return set.ranges.count * 3
        case .words(let words): return words.reduce(0) { $0 + $1.count }
        case .sequence(let parts), .choice(let parts):
            var sum = 1
            for part in parts where sum <= limit { sum += part.cost(limit: limit - sum) }
            return sum
        case .repeated(let body, let least, let most):
            let copies = max(1, min(most ?? least, limit))
            let (cost, overflows) = body.cost(limit: limit).multipliedReportingOverflow(by: copies)
            return overflows ? limit + 1 : min(cost, limit + 1)
        }
    }
}
