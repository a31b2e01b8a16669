/// The filters there are.
///
/// `random` is left out, because a prompt must not depend on chance, and `urlize`, because a prompt
/// is no web page.
enum FilterName: String {
    case abs, attr, batch, capitalize, center, count, d, `default`, dictsort, e, escape
    case filesizeformat, first, float, forceescape, format, groupby, indent, int, items, join, last
    case length, list, lower, map, max, min, pprint, reject, rejectattr, replace, reverse, round
    case safe, select, selectattr, slice, sort, string, striptags, sum, title, tojson, trim
    case truncate, unique, upper, urlencode, wordcount, wordwrap, xmlattr
}

extension Renderer {
    func apply(
        _ filter: FilterName,
        to value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        switch filter {
        case .`default`, .d: return try defaultValue(value, arguments)
        case .tojson: return try jsonFilter(value, arguments)
        case .abs, .float, .int, .round, .filesizeformat:
            return try numberFilter(filter, value, arguments)
        case .batch, .slice, .groupby, .dictsort, .sort, .unique, .min, .max:
            return try groupingFilter(filter, value, arguments)
        case .map, .select, .reject, .selectattr, .rejectattr, .attr, .sum:
            return try selectingFilter(filter, value, arguments)
        case .count, .length, .first, .last, .items, .join, .list, .reverse:
            return try sequenceFilter(filter, value, arguments)
        default: return try textFilter(filter, value, arguments)
        }
    }

    private func defaultValue(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(["default_value", "boolean"], of: "default", self)
        let replacesFalse = try flag(values[1], false)
        let isThere = replacesFalse ? try isTrue(value) : !value.isUndefined
        return isThere ? value : values[0] ?? .text("")
    }

    private func jsonFilter(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        let names = ["ensure_ascii", "indent", "separators", "sort_keys"]
        let values = try arguments.bound(names, of: "tojson", self)
        var style = JSONTextStyle()
        if let flag = values[0] { style.isASCII = try isTrue(flag) }
        if let flag = values[3] { style.sortsKeys = try isTrue(flag) }
        switch values[1] {
        case nil, .null: break
        case .text(let indent): style.indent = indent
        case .some(let indent):
            guard let width = indent.integer else { throw typeError("an indent is a number") }
            let count = Swift.max(0, Int(clamping: width))
            try pay(text: count)
            style.indent = MarkedText(Array(repeating: 0x20, count: count))
        }
        if style.indent != nil { style.itemSeparator = MarkedText(",") }
        if let pair = values[2] {
            if case .null = pair { return .text(try json(value, style)) }
            let parts = try items(of: pair)
            guard parts.count == 2, case .text(let item) = parts[0], case .text(let key) = parts[1]
            else { throw typeError("separators are two texts") }
            style.itemSeparator = item
            style.keySeparator = key
        }
        return .text(try json(value, style))
    }

    /// The one parameter of a filter that takes at most one.
    func single(
        _ name: String,
        of filter: FilterName,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value? {
        try arguments.bound([name], of: filter.rawValue, self)[0]
    }

    /// An argument as a whole number.
    func count(_ value: Value?, _ fallback: Int) throws(ChatTemplateError) -> Int {
        guard let value else { return fallback }
        guard let integer = value.integer else {
            throw typeError("a whole number is needed, not a \(value.typeName)")
        }
        return Int(clamping: integer)
    }

    func flag(_ value: Value?, _ fallback: Bool) throws(ChatTemplateError) -> Bool {
        guard let value else { return fallback }
        return try isTrue(value)
    }
}
