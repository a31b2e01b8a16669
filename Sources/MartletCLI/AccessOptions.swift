import ArgumentParser
import FoundationEssentials
import Serving

/// The options that say who may use the server, and from where.
struct AccessOptions: ParsableArguments {
    @Option(
        help: """
            Key that clients must send as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'; may be \
            repeated. Other users of this machine can see it: better use a file or MARTLET_API_KEY.
            """
    )
    var apiKey: [String] = []

    @Option(help: "File with keys, one per line; empty lines and lines with # are left out.")
    var apiKeyFile: String?

    @Flag(help: "Listen where others can reach the server although it has no key.")
    var allowUnauthenticated = false

    @Option(
        help: """
            Name that requests may call the server by, beside localhost; may be repeated. Checked \
            when listening on this machine only, or when given; '*' allows all.
            """
    )
    var allowedHosts: [String] = []

    @Option(
        help: """
            Web page, such as https://chat.example.org, that may use the server from a browser; \
            may be repeated; '*' allows all.
            """
    )
    var allowedOrigins: [String] = []

    /// All keys: those of the options, else that of the environment.
    func keys(environment: [String: String]) throws -> [String] {
        let given = try apiKey + keysOfFile()
        guard given.isEmpty else { return given }
        // As in vLLM an option replaces the variable.
        for name in ["MARTLET_API_KEY", "VLLM_API_KEY"] {
            if let key = environment[name], !key.isEmpty { return [key] }
        }
        return []
    }

    private func keysOfFile() throws -> [String] {
        guard let apiKeyFile else { return [] }
        guard let text = try? String(contentsOfFile: apiKeyFile, encoding: .utf8) else {
            throw ValidationError("--api-key-file: \(apiKeyFile) cannot be read.")
        }
        let keys = text.split(whereSeparator: \.isNewline).map { Self.trimmed($0) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        guard !keys.isEmpty else {
            throw ValidationError("--api-key-file: \(apiKeyFile) holds no key.")
        }
        return keys
    }

    private static func trimmed(_ line: Substring) -> String {
        var line = line.drop(while: \.isWhitespace)
        while line.last?.isWhitespace == true { line.removeLast() }
        return String(line)
    }

    /// Writes what was said into a configuration.
    func apply(to configuration: inout ServerConfiguration) throws {
        configuration.apiKeys = try keys(environment: ProcessInfo.processInfo.environment)
        configuration.allowsUnauthenticated = allowUnauthenticated
        configuration.allowedHosts = allowedHosts
        configuration.allowedOrigins = allowedOrigins
    }
}
