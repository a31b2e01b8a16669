/// Unicode's normalization forms (Unicode Standard Annex 15).
enum NormalizationForm: Sendable {
    case composed, decomposed, compatibilityComposed, compatibilityDecomposed

    private var composes: Bool { self == .composed || self == .compatibilityComposed }

    /// The normal form of a text, which must be valid UTF-8.
    func normalize(_ text: [UInt8]) -> [UInt8] {
        // Below U+00C0 only compatibility forms change anything; below U+0300 nothing composes.
        let limit: UInt8 = self == .composed ? 0xCC : self == .decomposed ? 0xC3 : 0xC2
        guard let first = text.firstIndex(where: { $0 >= limit }) else { return text }
        let tables = NormalizationTables.shared
        // Whatever comes before may still join the first mark.
        var index = first
        while index > 0, text[index - 1] & 0xC0 == 0x80 || text[index - 1] >= 0xC0 { index -= 1 }
        index = max(0, index - 1)
        var result = Array(text[..<index])
        result.reserveCapacity(text.count)
        var segment: [UInt32] = []
        while index < text.count {
            let (scalar, byteCount) = UTF8Scalar.decode(text, at: index)
            index += byteCount
            let isBoundary = scalar < 0x80 || tables.isBoundary(scalar)
            if isBoundary, !segment.isEmpty { flush(&segment, tables, into: &result) }
            segment.append(scalar)
        }
        flush(&segment, tables, into: &result)
        return result
    }

    /// Normalizes one segment: nothing in it interacts with what is outside.
    private func flush(
        _ segment: inout [UInt32],
        _ tables: NormalizationTables,
        into result: inout [UInt8]
    ) {
        defer { segment.removeAll(keepingCapacity: true) }
        if segment.count == 1, segment[0] < 0x80 {
            result.append(UInt8(segment[0]))
            return
        }
        let isCompatible = self == .compatibilityComposed || self == .compatibilityDecomposed
        var scalars: [UInt32] = []
        for scalar in segment { tables.decompose(scalar, isCompatible, into: &scalars) }
        tables.sortMarks(&scalars)
        if composes { tables.compose(&scalars) }
        for scalar in scalars { UTF8Scalar.append(scalar, to: &result) }
    }
}
