/// Spelling of names, as Prometheus allows them.
enum MetricName {
    /// Every character that may not stand in a metric's name becomes `_`.
    static func sanitized(_ name: String) -> String {
        sanitized(name) { $0 == UInt8(ascii: ":") }
    }

    /// As for metrics, and no colon either.
    static func sanitizedLabel(_ name: String) -> String {
        sanitized(name) { _ in false }
    }

    private static func sanitized(_ name: String, also allowed: (UInt8) -> Bool) -> String {
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            let isLetter =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || byte == UInt8(ascii: "_")
            if isDigit, bytes.isEmpty { bytes.append(UInt8(ascii: "_")) }
            bytes.append(isDigit || isLetter || allowed(byte) ? byte : UInt8(ascii: "_"))
        }
        return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }
}
