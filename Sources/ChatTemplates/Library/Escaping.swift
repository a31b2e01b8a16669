extension Renderer {
    /// The text with the signs of HTML escaped; one that went through `safe` stays as it is.
    func escaped(_ text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        if text.isMarkup { return text }
        try pay(text: text.count)
        var result = MarkedText()
        var plainStart = 0
        for (index, byte) in text.bytes.enumerated() {
            let name: String
            switch byte {
            case UInt8(ascii: "&"): name = "&amp;"
            case UInt8(ascii: "<"): name = "&lt;"
            case UInt8(ascii: ">"): name = "&gt;"
            case UInt8(ascii: "'"): name = "&#39;"
            case UInt8(ascii: "\""): name = "&#34;"
            default: continue
            }
            try pay(text: 5)
            result.append(text, plainStart..<index)
            result.append(name.utf8, isInput: text.hasInput)
            plainStart = index + 1
        }
        result.append(text, plainStart..<text.count)
        result.isMarkup = true
        return result
    }

    /// The text without tags and comments, with single spaces and with HTML's names resolved.
    func strippedOfTags(_ text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        try pay(text: 4 * text.count)
        var bytes = text.bytes
        for (open, close) in [("<!--", "-->"), ("<", ">")] {
            var kept: [UInt8] = []
            var start = 0
            let (open, close) = (Array(open.utf8), Array(close.utf8))
            while let place = bytes.firstPlace(of: open, from: start),
                let end = bytes.firstPlace(of: close, from: place)
            {
                kept += bytes[start..<place]
                start = end + close.count
            }
            bytes = kept + bytes[start...]
        }
        var words: [UInt8] = []
        var index = bytes.skipSpace(from: 0)
        while index < bytes.count {
            let (scalar, byteCount) = bytes.scalar(at: index)
            if scalar.isBlank {
                index = bytes.skipSpace(from: index)
                if index < bytes.count { words.append(0x20) }
            } else {
                words += bytes[index..<index + byteCount]
                index += byteCount
            }
        }
        return MarkedText(unescaped(words), isInput: text.hasInput)
    }

    private func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        let names = [
            "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#39;": "'", "&#34;": "\"", "&quot;": "\"",
            "&nbsp;": "\u{A0}", "&apos;": "'",
        ]
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let window = bytes[index..<min(bytes.count, index + 6)]
            if bytes[index] == UInt8(ascii: "&"),
                let end = window.firstIndex(of: UInt8(ascii: ";")),
                let sign = names[String(decoding: bytes[index...end], as: UTF8.self)]
            {
                result += sign.utf8
                index = end + 1
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// The text, or the pairs of a dict, as part of an address.
    func urlEncoded(_ value: Value) throws(ChatTemplateError) -> MarkedText {
        var pairs: [Value]?
        switch value {
        case .map(let map): pairs = map.pairs
        case .list, .tuple, .generator, .view, .range: pairs = try items(of: value)
        default: break
        }
        guard let pairs else { return try urlEncoded(try text(of: value), isQuery: false) }
        var whole = MarkedText()
        for (index, pair) in pairs.enumerated() {
            let parts = try items(of: pair)
            guard parts.count == 2 else { throw typeError("urlencode takes pairs") }
            if index > 0 { whole.append("&".utf8, isInput: false) }
            whole.append(try urlEncoded(try text(of: parts[0]), isQuery: true))
            whole.append("=".utf8, isInput: false)
            whole.append(try urlEncoded(try text(of: parts[1]), isQuery: true))
        }
        return whole
    }

    private func urlEncoded(
        _ text: MarkedText,
        isQuery: Bool
    ) throws(ChatTemplateError) -> MarkedText {
        try pay(text: 3 * text.count)
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.bytes {
            let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
            if isLetter || byte.isDigit || "-._~".utf8.contains(byte)
                || byte == UInt8(ascii: "/") && !isQuery
            {
                bytes.append(byte)
            } else if byte == 0x20 && isQuery {
                bytes.append(UInt8(ascii: "+"))
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return MarkedText(bytes, isInput: text.hasInput)
    }

    /// The entries of a dict as attributes of a tag.
    func attributeText(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> MarkedText {
        let wantsSpace = try flag(try single("autospace", of: .xmlattr, arguments), true)
        guard case .map(let map) = value else {
            throw typeError("xmlattr takes a dict, not a \(value.typeName)")
        }
        var whole = MarkedText()
        for (key, value) in zip(map.keys, map.values) {
            if isNull(value) || value.isUndefined { continue }
            let name = try text(of: key)
            let forbidden = name.bytes.contains { byte in
                byte <= 0x20
                    || [UInt8(ascii: "/"), UInt8(ascii: ">"), UInt8(ascii: "=")]
                        .contains(byte)
            }
            if forbidden { throw typeError("a key is no name of an attribute") }
            if !whole.isEmpty || wantsSpace { whole.append(" ".utf8, isInput: false) }
            whole.append(try escaped(name))
            whole.append("=\"".utf8, isInput: false)
            whole.append(try escaped(try text(of: value)))
            whole.append("\"".utf8, isInput: false)
        }
        return whole
    }
}
