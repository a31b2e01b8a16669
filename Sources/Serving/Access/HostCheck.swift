/// Which names a client may call the server by.
///
/// A page in a browser can have its own name point to 127.0.0.1 and then talk to what listens
/// there ("DNS rebinding"); the header `Host` gives it away. A server on the network is called by
/// names it cannot know, so it checks only if it is told which.
package struct HostCheck: Sendable {
    private let allowed: Set<String>?

    /// - Parameters:
    ///   - host: what the server listens on.
    ///   - more: names allowed beside those of the loopback; `*` allows all.
    package init(listeningOn host: String, allowing more: [String]) {
        if more.contains("*") || (more.isEmpty && !Self.isLoopback(host)) {
            allowed = nil
            return
        }
        let own = ["localhost", "127.0.0.1", "::1", host]
        allowed = Set((own + more).map { Self.name(of: $0) })
    }

    /// Whether a request for `authority`, a name with or without a port, is answered.
    ///
    /// Browsers always say whom they mean; who does not say is none.
    package func allows(_ authority: String?) -> Bool {
        guard let allowed, let authority else { return true }
        return allowed.contains(Self.name(of: authority))
    }

    /// Whether only this machine can reach an address.
    package static func isLoopback(_ host: String) -> Bool {
        let name = name(of: host)
        if name == "localhost" || name == "::1" { return true }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127"
            && numbers.allSatisfy { UInt8($0) != nil }
    }

    /// The name in lower case, without port and brackets.
    private static func name(of authority: String) -> String {
        var name = authority.lowercased()[...]
        if name.hasPrefix("["), let end = name.firstIndex(of: "]") {
            return String(name[name.index(after: name.startIndex)..<end])
        }
        // More than one colon without brackets is an address of version 6.
        if let colon = name.firstIndex(of: ":"), name.lastIndex(of: ":") == colon {
            name = name[..<colon]
        }
        return String(name.hasSuffix(".") ? name.dropLast() : name)
    }
}
