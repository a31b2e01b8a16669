import FoundationEssentials

/// Which hub is asked, and where its files are kept.
///
/// The variables are those of the Python tools: `HF_ENDPOINT`, `HF_HUB_CACHE`, `HF_HOME`,
/// `XDG_CACHE_HOME`, `HF_TOKEN`, `HF_TOKEN_PATH`, `HF_HUB_DISABLE_IMPLICIT_TOKEN`,
/// `HF_HUB_OFFLINE`, and the older `HUGGINGFACE_HUB_CACHE`, `HUGGING_FACE_HUB_TOKEN` and
/// `TRANSFORMERS_OFFLINE`. Those of a proxy: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.
public struct HubConfiguration: Sendable {
    /// Where the hub is, without a slash at its end.
    public let endpoint: String
    /// The folder with all models.
    public let cacheFolder: String
    /// Sent to the endpoint's own origin, and nowhere else.
    public let token: String?
    /// Only the cache is looked at.
    public var isOffline: Bool
    /// How many files are downloaded at a time.
    public var parallelCount = 4
    /// How often a request is sent again that brought nothing.
    public var retryLimit = 4
    /// The wait before the first repetition; it doubles from one to the next.
    public var retryDelay = Duration.milliseconds(500)
    /// How long a hub may ask us to wait; if it asks for more, we give up and say so.
    public var longestRetryDelay = Duration.seconds(300)
    /// How often is looked whether another process has finished a file that we want as well.
    public var lockDelay = Duration.milliseconds(250)
    /// Lets time pass.
    package var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// What the cache lies on.
    package var disk = Disk.real

    let endpointURL: URL
    let proxy: HubProxy?

    /// Reads the variables of a process.
    ///
    /// - Throws: ``HubError/invalidEndpoint(_:)``, ``HubError/invalidProxy(_:)`` or
    ///   ``HubError/invalidToken``.
    public init(environment: [String: String]) throws(HubError) {
        func value(_ name: String) -> String? {
            guard let text = environment[name], !text.isEmpty else { return nil }
            guard text.hasPrefix("~/"), let home = environment["HOME"] else { return text }
            return home + text.dropFirst()
        }
        let caches =
            value("XDG_CACHE_HOME")
            ?? (value("HOME") ?? FileManager.default.homeDirectoryForCurrentUser.path) + "/.cache"
        let home = value("HF_HOME") ?? caches + "/huggingface"
        cacheFolder = value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") ?? home + "/hub"
        func isSet(_ flag: String?) -> Bool {
            ["1", "ON", "YES", "TRUE"].contains(flag?.uppercased() ?? "")
        }
        isOffline = isSet(value("HF_HUB_OFFLINE") ?? value("TRANSFORMERS_OFFLINE"))
        token =
            isSet(value("HF_HUB_DISABLE_IMPLICIT_TOKEN"))
            ? nil
            : try Self.token(
                value("HF_TOKEN") ?? value("HUGGING_FACE_HUB_TOKEN"),
                file: value("HF_TOKEN_PATH") ?? home + "/token"
            )
        var endpoint = value("HF_ENDPOINT") ?? "https://huggingface.co"
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        self.endpoint = endpoint
        guard let url = URL(string: endpoint), let origin = Origin(url),
            origin.isEncrypted || origin.isThisMachine, url.user == nil, url.password == nil,
            url.query == nil, url.fragment == nil
        else { throw .invalidEndpoint(endpoint) }
        endpointURL = url
        proxy = try HubProxy(environment: environment)
    }

    private static func token(_ given: String?, file: String) throws(HubError) -> String? {
        let stored = given == nil ? try? Data(contentsOf: URL(filePath: file)) : nil
        let bytes = given.map { Array($0.utf8) } ?? stored.map { Array($0) } ?? []
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let trimmed = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        guard !trimmed.isEmpty else { return nil }
        guard trimmed.count <= 4096, trimmed.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalidToken
        }
        return String(decoding: Array(trimmed), as: UTF8.self)
    }
}

/// Scheme, host and port: what a secret belongs to (RFC 6454).
struct Origin: Hashable {
    let isEncrypted: Bool
    let host: String
    let port: Int

    /// The origin of an http or https address, nil of any other.
    init?(_ url: URL) {
        guard let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = url.host?.lowercased(), !host.isEmpty
        else { return nil }
        isEncrypted = scheme == "https"
        self.host = host
        port = url.port ?? (isEncrypted ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
    }

    /// Whether what is sent there leaves this machine.
    var isThisMachine: Bool {
        ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host)
    }
}
