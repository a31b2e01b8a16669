import ArgumentParser

/// A count as people write it: `4096`, `25.6k` (decimal), `1K` (binary), `2GiB`.
struct HumanInteger: ExpressibleByArgument, Sendable {
    let value: Int

    init(_ value: Int) {
        self.value = value
    }

    /// Small letters are powers of 1000, capitals powers of 1024, as in vLLM's options.
    init?(argument: String) {
        var text = argument[...]
        for ending in ["iB", "B"] where text.hasSuffix(ending) && text.count > ending.count {
            text.removeLast(ending.count)
            break
        }
        var factor = 1.0
        if let last = text.last, !last.isNumber {
            let factors: [Character: Double] = [
                "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12,
                "K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40,
            ]
            guard let known = factors[last] else { return nil }
            factor = known
            text.removeLast()
        }
        guard let number = Double(text), number.isFinite,
            let value = Int(exactly: (number * factor).rounded()), value >= 0
        else { return nil }
        self.value = value
    }

    var defaultValueDescription: String { "\(value)" }
}
