package import FoundationEssentials

/// The server that requests go through in networks that have no other way out.
///
/// Named by `HTTPS_PROXY` or `ALL_PROXY`, with the exceptions of `NO_PROXY`, in capitals or not.
/// What is encrypted stays so from here to the hub: the proxy is asked to connect, and sees host
/// and port. This machine is never reached through it.
package struct HubProxy: Sendable, Hashable {
    package let host: String
    package let port: Int
    let user: String?
    let password: String?
    private let exceptions: [String]

    /// Reads the variables of a process; nil if they name none.
    ///
    /// - Throws: ``HubError/invalidProxy(_:)``.
    package init?(environment: [String: String]) throws(HubError) {
        func value(_ name: String) -> String? {
            [name, name.lowercased()].compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        guard let text = value("HTTPS_PROXY") ?? value("ALL_PROXY") else { return nil }
        guard let url = URL(string: text.contains("://") ? text : "http://" + text),
            url.scheme?.lowercased() == "http", let origin = Origin(url)
        else {
            // The rest may hold a password.
            throw .invalidProxy(String(text.prefix { $0 != ":" }))
        }
        host = origin.host
        port = origin.port
        user = url.user(percentEncoded: false)
        password = url.password(percentEncoded: false)
        exceptions = (value("NO_PROXY") ?? "").split { $0 == "," || $0 == " " }.map { entry in
            // A port or a dot in front says nothing more.
            String(entry.lowercased().prefix { $0 != ":" }.drop { $0 == "." || $0 == "*" })
        }
    }

    /// Whether a server is reached through it.
    package func serves(_ url: URL) -> Bool {
        guard let origin = Origin(url), origin.isEncrypted, !origin.isThisMachine else {
            return false
        }
        return !exceptions.contains { name in
            // Of "*" nothing is left: all are exceptions.
            name.isEmpty || origin.host == name || origin.host.hasSuffix("." + name)
        }
    }
}
