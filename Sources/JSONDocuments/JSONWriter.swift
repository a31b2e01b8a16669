/// Writes JSON straight into bytes, with no tree in between.
///
/// Commas come by themselves. The caller closes what it opens; a writer whose objects and arrays
/// balance holds a valid document.
public struct JSONWriter: Sendable {
    /// What is written so far, UTF-8.
    public private(set) var bytes: [UInt8] = []
    private var commaIsDue = false

    /// An empty document.
    public init() {}

    /// Writes `{…}` around what `body` writes.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes `[…]` around one call of `body` per element.
    public mutating func array<Elements: Swift.Sequence>(
        _ elements: Elements,
        _ body: (inout JSONWriter, Elements.Element) -> Void
    ) {
        open(UInt8(ascii: "["))
        for element in elements { body(&self, element) }
        close(UInt8(ascii: "]"))
    }

    /// Writes a member's name; a value must follow.
    public mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        commaIsDue = false
    }

    /// Writes a string, escaped where JSON asks for it.
    public mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 { append(escaped: byte) }
        bytes.append(UInt8(ascii: "\""))
        commaIsDue = true
    }

    /// Writes a whole number.
    public mutating func integer(_ value: some BinaryInteger) { raw(String(value)) }

    /// Writes true or false.
    public mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

    /// Writes null.
    public mutating func null() { raw("null") }

    /// Writes a number with as few digits as read back the same; null if it is not finite.
    public mutating func number(_ value: Double) { raw(value.isFinite ? "\(value)" : "null") }

    /// Writes a number with as few digits as read back the same; null if it is not finite.
    public mutating func number(_ value: Float) { raw(value.isFinite ? "\(value)" : "null") }

    /// Writes a whole tree.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .wideInteger(let value): integer(value)
        case .number(let value): number(value)
        case .string(let text): string(text)
        case .array(let elements): array(elements) { $0.value($1) }
        case .object(let members):
            object { writer in
                for member in members {
                    writer.name(member.name)
                    writer.value(member.value)
                }
            }
        }
    }

    /// Writes a member that is a string, or null for nil.
    public mutating func member(_ name: String, _ text: String?) {
        self.name(name)
        if let text { string(text) } else { null() }
    }

    /// Writes a member that is a whole number, or null for nil.
    public mutating func member(_ name: String, _ value: Int?) {
        self.name(name)
        if let value { integer(value) } else { null() }
    }

    /// Writes a member that is true or false.
    public mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    /// Writes a member that is a list of whole numbers.
    public mutating func member(_ name: String, _ values: [Int32]) {
        self.name(name)
        array(values) { $0.integer($1) }
    }

    // MARK: - Bytes

    private mutating func raw(_ text: String) {
        separate()
        bytes += text.utf8
        commaIsDue = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        commaIsDue = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        commaIsDue = true
    }

    private mutating func separate() {
        if commaIsDue { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0x0A: bytes += "\\n".utf8
        case 0x0D: bytes += "\\r".utf8
        case 0x09: bytes += "\\t".utf8
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes += "\\u00".utf8
            bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: bytes.append(byte)
        }
    }
}
