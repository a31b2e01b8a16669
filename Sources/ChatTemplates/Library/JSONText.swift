/// How `tojson` writes: Python's `json.dumps`.
struct JSONTextStyle {
    /// What stands in front of a member, once per level; nil for everything on one line.
    var indent: MarkedText?
    var itemSeparator = MarkedText(", ")
    var keySeparator = MarkedText(": ")
    var isASCII = false
    var sortsKeys = false
}

extension Renderer {
    /// The value as JSON; input if anything in it is.
    func json(_ value: Value, _ style: JSONTextStyle) throws(ChatTemplateError) -> MarkedText {
        var writer = JSONTextWriter()
        try json(value, style, into: &writer, depth: 0)
        return MarkedText(writer.bytes, isInput: writer.hasInput)
    }

    private func json(
        _ value: Value,
        _ style: JSONTextStyle,
        into writer: inout JSONTextWriter,
        depth: Int
    ) throws(ChatTemplateError) {
        try pay(steps: 1)
        switch value {
        case .null: writer.bytes += "null".utf8
        case .bool(let value): writer.bytes += (value ? "true" : "false").utf8
        case .int(let value): writer.bytes += String(value).utf8
        case .wide(let value): writer.bytes += String(value).utf8
        case .float(let value): writer.bytes += value.jsonText.utf8
        case .text(let text): try json(text, style, into: &writer)
        case .list(let list), .tuple(let list):
            writer.bytes += "[".utf8
            for (index, item) in list.items.enumerated() {
                try separate(index, style, into: &writer, depth: depth + 1)
                try json(item, style, into: &writer, depth: depth + 1)
            }
            if !list.items.isEmpty { try breakLine(style, into: &writer, depth: depth) }
            writer.bytes += "]".utf8
        case .map(let map):
            writer.bytes += "{".utf8
            for (index, (key, value)) in try members(of: map, style).enumerated() {
                try separate(index, style, into: &writer, depth: depth + 1)
                try json(try keyText(key), style, into: &writer)
                try write(style.keySeparator, into: &writer)
                try json(value, style, into: &writer, depth: depth + 1)
            }
            if map.count > 0 { try breakLine(style, into: &writer, depth: depth) }
            writer.bytes += "}".utf8
        default:
            throw typeError("a \(value.typeName) cannot be written as JSON")
        }
    }

    private func members(
        of map: ValueMap,
        _ style: JSONTextStyle
    ) throws(ChatTemplateError) -> [(key: Value, value: Value)] {
        let members = zip(map.keys, map.values).map { (key: $0, value: $1) }
        guard style.sortsKeys else { return members }
        return try sorted(members) { (left, right) throws(ChatTemplateError) in
            try order(left.key, right.key) ?? 0
        }
    }

    private func keyText(_ key: Value) throws(ChatTemplateError) -> MarkedText {
        switch key {
        case .text(let text): text
        case .null: MarkedText("null")
        case .bool(let value): MarkedText(value ? "true" : "false")
        case .int, .wide: try text(of: key)
        case .float(let value): MarkedText(value.jsonText)
        default: throw typeError("a \(key.typeName) cannot be a key in JSON")
        }
    }

    private func separate(
        _ index: Int,
        _ style: JSONTextStyle,
        into writer: inout JSONTextWriter,
        depth: Int
    ) throws(ChatTemplateError) {
        if index > 0 { try write(style.itemSeparator, into: &writer) }
        try breakLine(style, into: &writer, depth: depth)
    }

    private func breakLine(
        _ style: JSONTextStyle,
        into writer: inout JSONTextWriter,
        depth: Int
    ) throws(ChatTemplateError) {
        guard let indent = style.indent else { return }
        writer.bytes += "\n".utf8
        for _ in 0..<depth { try write(indent, into: &writer) }
    }

    private func write(
        _ text: MarkedText,
        into writer: inout JSONTextWriter
    ) throws(ChatTemplateError) {
        try pay(text: text.count)
        writer.hasInput = writer.hasInput || text.hasInput
        writer.bytes += text.bytes
    }

    private func json(
        _ text: MarkedText,
        _ style: JSONTextStyle,
        into writer: inout JSONTextWriter
    ) throws(ChatTemplateError) {
        try pay(text: text.count + 2)
        let start = writer.bytes.count
        writer.hasInput = writer.hasInput || text.hasInput
        if style.isASCII {
            try pay(text: 5 * text.count)
            writer.writeASCII(text.bytes)
        } else {
            writer.write(text.bytes)
            try pay(text: max(0, writer.bytes.count - start - text.count))
        }
    }
}

/// Collects JSON.
private struct JSONTextWriter {
    var bytes: [UInt8] = []
    var hasInput = false

    mutating func write(_ text: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var plainStart = 0
        for (index, byte) in text.enumerated()
        where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            bytes += text[plainStart..<index]
            escape(byte)
            plainStart = index + 1
        }
        bytes += text[plainStart...]
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func writeASCII(_ text: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var index = 0
        while index < text.count {
            let (scalar, byteCount) = text.scalar(at: index)
            index += byteCount
            if scalar.value >= 0x7F {
                for unit in String(scalar).utf16 { escape(unit: unit) }
            } else {
                let byte = UInt8(scalar.value)
                let isPlain = byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != 0x5C
                if isPlain { bytes.append(byte) } else { escape(byte) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x08: bytes += "\\b".utf8
        case 0x09: bytes += "\\t".utf8
        case 0x0A: bytes += "\\n".utf8
        case 0x0C: bytes += "\\f".utf8
        case 0x0D: bytes += "\\r".utf8
        case 0..<0x20: escape(unit: UInt16(byte))
        default: bytes += [UInt8(ascii: "\\"), byte]
        }
    }

    private mutating func escape(unit: UInt16) {
        let digits = String(unit, radix: 16)
        bytes += "\\u".utf8
        bytes += Array(repeating: UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        bytes += digits.utf8
    }
}

extension Double {
    fileprivate var jsonText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        return pythonText
    }
}
