/// The root of an OpenAI-compatible server: `http://host[:port][/path]`.
public struct HTTPAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name or number, without the brackets of an IPv6 number.
    public let host: String
    /// 80 where the address names none.
    public let port: Int
    /// What stands before `/v1/...` in every path; empty or beginning with a slash.
    public let basePath: String

    /// Reads an address; a trailing `/v1`, as OpenAI's clients want it, is taken off.
    ///
    /// - Throws: ``LoadTestError/badAddress(_:reason:)``, also for https.
    public init(_ text: String) throws(LoadTestError) {
        func refuse(_ reason: String) -> LoadTestError { .badAddress(text, reason: reason) }
        guard !text.lowercased().hasPrefix("https://") else {
            throw refuse("https is not supported here, so test the server behind the TLS proxy")
        }
        guard text.lowercased().hasPrefix("http://") else {
            throw refuse("it has to begin with http://")
        }
        let rest = text.dropFirst("http://".count)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" || $0 == "@" || $0.isWhitespace })
        else { throw refuse("it may have a host, a port and a path only") }
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        if path.hasSuffix("/v1") { path.removeLast(3) }
        basePath = String(path)

        var name = authority
        var portText: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw refuse("a ']' is missing") }
            name = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.first == ":" else { throw refuse("the port is unclear") }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            name = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        guard !name.isEmpty else { throw refuse("the host is missing") }
        host = String(name)
        guard let portText else {
            port = 80
            return
        }
        guard let number = Int(portText), 1...65535 ~= number else {
            throw refuse("the port has to be a number from 1 to 65535")
        }
        port = number
    }

    /// The value of the `Host` header.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }

    /// The address as it is usually written.
    public var description: String { "http://\(authority)\(basePath)" }
}
