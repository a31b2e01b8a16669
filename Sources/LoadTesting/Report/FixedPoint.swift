/// A number with a fixed count of decimals, rounded; a dash where there is none.
package func fixed(_ value: Double?, _ decimals: Int) -> String {
    guard let value, value.isFinite, value.magnitude < 1e12, 0...6 ~= decimals else { return "–" }
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let rounded = (value * scale).rounded()
    let digits = String(Int(rounded.magnitude))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = rounded < 0 ? "-" : ""
    return decimals == 0
        ? sign + padded
        : sign + padded.dropLast(decimals) + "."
            + padded.suffix(decimals)
}

/// Text at the right end of `width` columns.
package func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

/// Text at the left end of `width` columns.
package func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
