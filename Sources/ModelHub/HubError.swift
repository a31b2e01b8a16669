/// Why a model cannot be pulled, found or removed.
public enum HubError: Error, Sendable, Equatable {
    /// A text is no name of a model.
    case invalidName(String)
    /// A name that belongs to a model that comes with Martlet.
    case reservedName(String)
    /// HF_ENDPOINT is no address that is safe to talk to.
    case invalidEndpoint(String)
    /// HTTPS_PROXY is no address of an HTTP proxy.
    case invalidProxy(String)
    /// The token holds characters that no token has.
    case invalidToken
    /// The hub may not be asked, and the cache does not have the model.
    case offline(model: String, cache: String)
    /// The hub has no such model, revision or file.
    case notFound(String, endpoint: String)
    /// The hub gives this to some users only.
    case denied(String, endpoint: String, hadToken: Bool)
    /// The hub answered with a status that is no answer.
    case refused(status: Int, url: String, retryAfterSeconds: Int?)
    /// There was no connection, or it kept breaking.
    case unreachable(url: String, reason: String)
    /// The hub leads somewhere we do not go.
    case badRedirect(url: String, reason: String)
    /// The hub's list of files is not one, or not one we trust.
    case badManifest(model: String, reason: String)
    /// The model has no weights that Martlet reads, or more than one set of them.
    case noWeights(model: String, files: [String])
    /// The model has no file of this name.
    case noFile(String, model: String)
    /// A body is compressed, so its length says nothing.
    case encoded(url: String, encoding: String)
    /// A file has more or fewer bytes than the hub promised.
    case wrongSize(file: String, expected: Int, got: Int)
    /// A file's bytes are not those the hub promised.
    case wrongHash(file: String, expected: String, got: String)
    /// The disk is too small, or the user's share of it is.
    case noRoom(needed: Int, free: Int, folder: String, isQuota: Bool)
    /// Another process is downloading what would be removed.
    case busy(path: String)
    /// Something in the cache cannot be read or written.
    case cache(path: String, reason: String)
    /// The cache does not have the model.
    case notCached(model: String, cache: String, similar: [String])
    /// The task was cancelled.
    case cancelled

    /// Whether the same request may succeed a little later.
    var mayPass: Bool {
        switch self {
        case .unreachable: true
        case .refused(let status, _, _): status >= 500 || status == 429 || status == 408
        default: false
        }
    }
}

extension HubError: CustomStringConvertible {
    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .invalidName(let text):
            "\(quoted(text)) is no name of a model. Write ORG/NAME or ORG/NAME@REVISION."
        case .reservedName(let text):
            "\(quoted(text)) comes with Martlet and is not on a hub. Run 'martlet serve \(text)'."
        case .invalidEndpoint(let text):
            "HF_ENDPOINT: \(quoted(text)) is no https:// address (http:// only on this machine)."
        case .invalidProxy(let text):
            "HTTPS_PROXY begins with \(quoted(text)): write http://HOST:PORT or "
                + "http://USER:WORD@HOST:PORT. Other kinds of proxies are not supported."
        case .invalidToken:
            "The token of the hub holds spaces or other characters that no token has. Look at "
                + "HF_TOKEN and the file 'token' in HF_HOME."
        case .offline(let model, let cache):
            "\(model) is not, or not whole, in the cache \(quoted(cache)), and the hub may not be "
                + "asked. Run 'martlet pull \(model)' without --offline and HF_HUB_OFFLINE."
        case .notFound(let what, let endpoint):
            "\(endpoint) has no \(what). Look at the spelling, and at the revision after '@'."
        case .denied(let model, let endpoint, let hadToken):
            denied(model, endpoint, hadToken)
        case .refused(let status, let url, let seconds):
            refused(status, url, seconds)
        case .unreachable(let url, let reason):
            "\(url): \(reason) Look at the network and try again: what is there is kept."
        case .badRedirect(let url, let reason):
            "\(url): the hub leads elsewhere, \(reason). Nothing was sent there."
        case .encoded(let url, let encoding):
            "\(url): the body is encoded as \(quoted(encoding)), which was not asked for. Look for "
                + "a proxy in between."
        case .noRoom(let needed, let free, let folder, let isQuota):
            noRoom(needed, free, folder, isQuota)
        case .busy(let path):
            "\(quoted(path)): another process is downloading to it. Wait for it, or stop it."
        case .cache(let path, let reason): "\(quoted(path)): \(reason)."
        case .notCached(let model, let cache, let similar):
            "\(model) is not in the cache \(quoted(cache)). "
                + (similar.isEmpty
                    ? "'martlet list' shows what is."
                    : "Did you mean \(similar.joined(separator: " or "))?")
        case .cancelled: "The download was cancelled; what is there is kept."
        default: contentDescription
        }
    }

    /// Of what the hub gave.
    private var contentDescription: String {
        switch self {
        case .badManifest(let model, let reason):
            "\(model): the hub's list of files is refused: \(reason). Nothing was written."
        case .noWeights(let model, let files) where files.isEmpty:
            "\(model) has no *.safetensors file. Choose a model that has."
        case .noWeights(let model, let files):
            "\(model) has no *.safetensors file, but GGUF files. Choose one with --file: "
                + files.prefix(20).joined(separator: ", ") + "."
        case .noFile(let file, let model):
            "\(model) has no file \(quoted(file)) in its top folder."
        case .wrongSize(let file, let expected, let got):
            "\(file): the hub promised \(expected) bytes and sent \(got). They were not taken; "
                + "try again."
        case .wrongHash(let file, let expected, let got):
            "\(file): the hash is \(got), promised was \(expected). Nothing of it is kept; try "
                + "again."
        default: ""
        }
    }

    private func refused(_ status: Int, _ url: String, _ seconds: Int?) -> String {
        let what = "\(url): the hub answered with status \(status). "
        let later = seconds.map { "in \($0) seconds" } ?? "later"
        guard status == 429 else { return what + "Try again \(later)." }
        return what + "It was asked too often: try again \(later); with HF_TOKEN set it lets you "
            + "ask more often."
    }

    private func noRoom(
        _ needed: Int,
        _ free: Int,
        _ folder: String,
        _ isQuota: Bool
    ) -> String {
        let space = isQuota ? "your quota there is used up" : "the file system has \(free) left"
        let what = needed > 0 ? "\(needed) bytes are still to come" : "something small is to come"
        return "\(quoted(folder)): \(what), and \(space). Make room, or set HF_HOME to a folder on "
            + "a larger disk; what is there is kept."
    }

    private func denied(_ model: String, _ endpoint: String, _ hadToken: Bool) -> String {
        let advice =
            hadToken
            ? "Your token does not open it, or has expired: ask for access at \(endpoint)/\(model)."
            : "If it is, ask for access at \(endpoint)/\(model) and set HF_TOKEN."
        return "\(endpoint) does not give \(model): it is gated or private, or does not exist. "
            + advice
    }
}

/// A text from outside, short and without control characters.
private func quoted(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(200).map { scalar in
        scalar.properties.generalCategory == .control ? "?" : String(scalar)
    }
    return "'\(shown.joined())'"
}
