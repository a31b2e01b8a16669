package import FoundationEssentials

/// Where a request goes, and whether the token goes with it.
///
/// The token belongs to the endpoint's origin. Once a redirect has left it, another origin has had
/// a say in where we go, so the token stays at home for good, even if the way leads back.
package struct HubRoute: Sendable, Equatable {
    /// Where the next request goes.
    package let url: URL
    /// Whether every address so far was of the endpoint's origin.
    package let carriesToken: Bool
    private let home: Origin

    /// The first request.
    ///
    /// - Returns: nil if the endpoint is no http or https address.
    package init?(endpoint: URL, path: String) {
        guard let home = Origin(endpoint),
            let url = URL(string: endpoint.absoluteString + path), Origin(url) == home
        else { return nil }
        self.init(url: url, carriesToken: true, home: home)
    }

    private init(url: URL, carriesToken: Bool, home: Origin) {
        self.url = url
        self.carriesToken = carriesToken
        self.home = home
    }

    /// Whether the hub itself is asked, not another server it has sent us to.
    var isAtHome: Bool { Origin(url) == home }

    /// An address without its query, which may hold a signature.
    var shown: String { String(url.absoluteString.prefix { $0 != "?" }.prefix(300)) }

    /// The request after a redirect.
    ///
    /// - Parameter location: the header of this name.
    /// - Returns: where it leads.
    /// - Throws: ``HubError/badRedirect(url:reason:)``.
    package func redirected(to location: String?) throws(HubError) -> HubRoute {
        guard let location, location.utf8.count <= 8192,
            // Browsers and parsers disagree about what these mean.
            location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            let next = URL(string: location, relativeTo: url)?.absoluteURL,
            let origin = Origin(next)
        else { throw .badRedirect(url: shown, reason: "to no address") }
        guard next.user == nil, next.password == nil else {
            throw .badRedirect(url: shown, reason: "to an address with a user's name in it")
        }
        // Plain HTTP is for tests and mirrors on this machine, which start as such.
        let mayBePlain = !home.isEncrypted && origin.isThisMachine
        guard origin.isEncrypted || mayBePlain else {
            throw .badRedirect(url: shown, reason: "to an address without encryption")
        }
        return HubRoute(url: next, carriesToken: carriesToken && origin == home, home: home)
    }
}
