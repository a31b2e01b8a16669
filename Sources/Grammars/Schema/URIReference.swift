/// As much of RFC 3986 as references between parts of one schema need.
enum URIReference {
    static func withoutFragment(_ uri: String) -> String {
        String(uri.prefix { $0 != "#" })
    }

    /// A reference as seen from a base; the base's fragment does not matter.
    static func resolve(_ reference: String, against base: String) -> String {
        let base = withoutFragment(base)
        if reference.isEmpty { return base }
        if reference.hasPrefix("#") { return base + reference }
        if scheme(of: reference) != nil || base.isEmpty { return reference }
        guard let scheme = scheme(of: base) else { return reference }
        if reference.hasPrefix("//") { return scheme + ":" + reference }
        let afterScheme = base.dropFirst(scheme.count + 1)
        var authority = ""
        var path = afterScheme.prefix { $0 != "?" }
        if path.hasPrefix("//") {
            let end = path.dropFirst(2).firstIndex(of: "/") ?? path.endIndex
            authority = String(path[..<end])
            path = path[end...]
        }
        if reference.hasPrefix("/") { return scheme + ":" + authority + reference }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return scheme + ":" + authority + folder + reference
    }

    private static func scheme(of uri: String) -> String? {
        guard let colon = uri.firstIndex(of: ":") else { return nil }
        let scheme = uri[..<colon]
        let isScheme =
            scheme.first?.isLetter == true
            && scheme.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0))
            }
        return isScheme ? String(scheme) : nil
    }

    static func percentDecoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
                let value = UInt8(
                    String(decoding: source[index + 1...index + 2], as: UTF8.self),
                    radix: 16
                )
            {
                bytes.append(value)
                index += 3
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
