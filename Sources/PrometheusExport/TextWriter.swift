/// Prometheus' text format, version 0.0.4.
struct TextWriter {
    private(set) var text = ""

    mutating func family(_ family: MetricFamily) {
        let name = family.kind == .counter ? Self.counterName(family.name) : family.name
        if !family.help.isEmpty {
            text += "# HELP \(name) \(Self.escaped(family.help, quotes: false))\n"
        }
        text += "# TYPE \(name) \(family.kind.rawValue)\n"
        for (labels, series) in family.series {
            series.write(to: &self, name: family.name, labels: labels)
        }
    }

    mutating func sample(_ name: String, _ labels: [MetricLabel], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(Self.text(of: value))\n"
    }

    static func counterName(_ name: String) -> String {
        name.hasSuffix("_total") ? name : name + "_total"
    }

    static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension MetricRegistry {
    /// The media type of ``text()``.
    public static let textMediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// Everything the registry holds, as a scraper reads it.
    public func text() -> String {
        var writer = TextWriter()
        for family in snapshot() { writer.family(family) }
        return writer.text
    }
}
