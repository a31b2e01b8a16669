/// Names for requests: the client's own if it is harmless, else a fresh one.
enum RequestIdentity {
    /// The longest name of a client's that is echoed.
    static let maxLength = 128

    /// The client's name if it is short and plain.
    static func accepted(_ name: String?) -> String? {
        guard let name, (1...maxLength).contains(name.utf8.count) else { return nil }
        return name.utf8.allSatisfy(isSafe) ? name : nil
    }

    /// 128 random bits in hexadecimal.
    static func fresh() -> String {
        var generator = SystemRandomNumberGenerator()
        return hexadecimal(generator.next()) + hexadecimal(generator.next())
    }

    /// 64 bits as sixteen digits.
    static func hexadecimal(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    // Nothing that could end a header or a log line, or mean something in a terminal.
    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default:
            "-_.:+/=@".utf8.contains(byte)
        }
    }
}
