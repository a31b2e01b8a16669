extension Renderer {
    func textFilter(
        _ filter: FilterName,
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        switch filter {
        case .center, .format, .indent, .replace, .trim, .truncate, .urlencode, .wordwrap, .xmlattr:
            return try textFilterWithArguments(filter, value, arguments)
        case .pprint:
            let isVerbose = try single("verbose", of: filter, arguments)
            _ = isVerbose
            return .text(try representation(of: try sortedByKey(value)))
        default: _ = try arguments.bound([], of: filter.rawValue, self)
        }
        let text = try text(of: value)
        switch filter {
        case .capitalize: return .text(try capitalized(text))
        case .lower: return .text(try lowercased(text))
        case .upper: return .text(try uppercased(text))
        case .title: return .text(try titleFiltered(text))
        case .escape, .e: return .text(try escaped(text))
        case .forceescape:
            var plain = text
            plain.isMarkup = false
            return .text(try escaped(plain))
        case .safe:
            var marked = text
            marked.isMarkup = true
            return .text(marked)
        case .striptags: return .text(try strippedOfTags(text))
        case .wordcount:
            try pay(text: 4 * text.count)
            return .int(text.bytes.wordCount)
        default: return .text(text)
        }
    }

    private func textFilterWithArguments(
        _ filter: FilterName,
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        switch filter {
        case .center:
            let width = try count(try single("width", of: filter, arguments), 80)
            return .text(try aligned(try text(of: value), width, .center, fill: " "))
        case .format: return try formatFilter(value, arguments)
        case .indent: return .text(try indented(try onlyText(value), arguments))
        case .replace: return try replaceFilter(value, arguments)
        case .trim:
            let characters = try single("chars", of: filter, arguments)
            return .text(try stripped(try text(of: value), characters, .both))
        case .truncate:
            if value.isUndefined { return value }
            if value.text == nil, try length(of: value) < 5 { return value }
            return .text(try truncated(try onlyText(value), arguments))
        case .urlencode:
            _ = try arguments.bound([], of: filter.rawValue, self)
            return .text(try urlEncoded(value))
        case .wordwrap: return .text(try wrapped(try onlyText(value), arguments))
        default: return .text(try attributeText(value, arguments))
        }
    }

    /// `pprint` sorts the keys; it breaks no lines here.
    private func sortedByKey(_ value: Value) throws(ChatTemplateError) -> Value {
        guard case .map(let map) = value else { return value }
        let pairs = try sorted(zip(map.keys, map.values).map { (key: $0, value: $1) }) {
            (left, right) throws(ChatTemplateError) in
            left.key.text != nil && right.key.text != nil
                ? try order(left.key, right.key) ?? 0 : 0
        }
        return .map(ValueMap(keys: pairs.map(\.key), values: pairs.map(\.value)))
    }

    private func formatFilter(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        guard arguments.named.isEmpty || arguments.positional.isEmpty else {
            throw typeError("format takes values or named values, not both")
        }
        let format = try text(of: value)
        if arguments.named.isEmpty {
            return .text(try percentFormat(format, try tuple(arguments.positional)))
        }
        var builder = MapBuilder()
        for (name, value) in arguments.named { _ = builder.set(.text(name), value) }
        return .text(try percentFormat(format, try map(builder)))
    }

    private func replaceFilter(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(["old", "new", "count"], of: "replace", self)
        guard let old = values[0], let new = values[1] else {
            throw typeError("replace needs what to replace and by what")
        }
        var limit = -1
        if let count = values[2], !isNull(count) { limit = try self.count(count, -1) }
        return .text(
            try replaced(
                try plainText(of: value),
                try plainText(of: old),
                by: try plainText(of: new),
                limit: limit
            )
        )
    }

    private func onlyText(_ value: Value) throws(ChatTemplateError) -> MarkedText {
        if case .text(let text) = value { return text }
        if case .undefined(let undefined) = value { throw undefinedError(undefined) }
        throw typeError("a str is needed, not a \(value.typeName)")
    }

    func isNull(_ value: Value) -> Bool {
        guard case .null = value else { return false }
        return true
    }

    private func indented(
        _ text: MarkedText,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> MarkedText {
        let values = try arguments.bound(["width", "first", "blank"], of: "indent", self)
        var indent = MarkedText("    ")
        if case .text(let given) = values[0] {
            indent = given
        } else if let width = values[0] {
            let count = max(0, try count(width, 4))
            try pay(text: count)
            indent = MarkedText(Array(repeating: 0x20, count: count))
        }
        var lines = try lines(of: text, keepsEnds: false)
        // The last line break begins one more line, which is empty.
        if text.isEmpty || text.bytes.endsLine { lines.append(text.count..<text.count) }
        let isFirst = try flag(values[1], false)
        let isBlank = try flag(values[2], false)
        var whole = MarkedText()
        for (index, line) in lines.enumerated() {
            try pay(text: line.count + indent.count + 1)
            if index > 0 { whole.append("\n".utf8, isInput: false) }
            let wants = index == 0 ? isFirst : isBlank || !line.isEmpty
            if wants { whole.append(indent) }
            whole.append(text, line)
        }
        whole.isMarkup = text.isMarkup
        return whole
    }

    private func truncated(
        _ text: MarkedText,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> MarkedText {
        let names = ["length", "killwords", "end", "leeway"]
        let values = try arguments.bound(names, of: "truncate", self)
        let length = try count(values[0], 255)
        let end =
            try values[2].map { value throws(ChatTemplateError) in
                try self.text(of: value)
            } ?? MarkedText("...")
        let leeway = try count(values[3].flatMap { isNull($0) ? nil : $0 }, 5)
        try pay(scanning: text.count)
        let endCount = end.bytes.scalarCount
        guard length >= endCount, leeway >= 0 else {
            throw typeError("truncate needs a length of at least \(endCount) and some leeway")
        }
        let (most, overflows) = length.addingReportingOverflow(leeway)
        if overflows || text.bytes.scalarCount <= most { return text }
        var head = try slice(text, nil, length - endCount, 1)
        if !(try flag(values[1], false)), let space = head.bytes.lastIndex(of: 0x20) {
            head = head.slice(0..<space)
        }
        try pay(text: end.count)
        head.append(end)
        return head
    }

    private func wrapped(
        _ text: MarkedText,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> MarkedText {
        let names = ["width", "break_long_words", "wrapstring", "break_on_hyphens"]
        let values = try arguments.bound(names, of: "wordwrap", self)
        let width = try count(values[0], 79)
        guard width > 0 else { throw typeError("a line needs a width") }
        var separator = MarkedText("\n")
        if let value = values[2], !isNull(value) { separator = try self.text(of: value) }
        let wrapper = LineWrapper(
            width: width,
            breaksLongWords: try flag(values[1], true),
            breaksOnHyphens: try flag(values[3], true)
        )
        try pay(text: 8 * text.count)
        var whole = MarkedText()
        for (index, line) in try lines(of: text, keepsEnds: false).enumerated() {
            if index > 0 { whole.append(separator) }
            for (index, parts) in wrapper.wrap(text.bytes, line).enumerated() {
                try pay(text: separator.count)
                if index > 0 { whole.append(separator) }
                for part in parts { whole.append(text, part) }
            }
        }
        return whole
    }
}

extension [UInt8] {
    /// How many rows of letters, digits and underscores there are.
    fileprivate var wordCount: Int {
        var count = 0
        var isInWord = false
        for scalar in String(decoding: self, as: UTF8.self).unicodeScalars {
            let isWord = scalar == "_" || scalar.isAlphanumeric
            if isWord && !isInWord { count += 1 }
            isInWord = isWord
        }
        return count
    }
}
