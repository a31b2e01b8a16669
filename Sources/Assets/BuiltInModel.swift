import FoundationEssentials

/// `martlet-mini`, the model in the box: small, our own, and only there to show that all works.
public enum BuiltInModel {
    /// What it is called wherever a model is named.
    public static let name = "martlet-mini"

    /// What somebody who gets it should know.
    public static let notice = """
        \(name) is a small demonstration model that knows next to nothing. Name another for real \
        work: a folder, a .gguf file, or ORG/NAME.
        """

    /// Whether this is what a model argument means: what exists as a path is taken as it is.
    public static func isMeant(by argument: String) -> Bool {
        argument == name && !FileManager.default.fileExists(atPath: argument)
    }

    /// Its folder, laid out in the user's folder of caches; what lies there already is compared
    /// with the binary and mended.
    ///
    /// - Throws: ``AssetError/noFolder(path:reason:)`` where nothing can be written.
    public static func folder() throws(AssetError) -> String {
        try folder(in: cacheFolder(ProcessInfo.processInfo.environment))
    }

    /// The same in a folder of one's own.
    package static func folder(in caches: String) throws(AssetError) -> String {
        let folder = caches + "/martlet/" + name
        let prefix = name + "/"
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true
            )
            for asset in Asset.all where asset.path.hasPrefix(prefix) {
                let path = folder + "/" + asset.path.dropFirst(prefix.count)
                let data = Data(asset.bytes)
                // Another process may be reading it, so it is replaced and never rewritten.
                if FileManager.default.contents(atPath: path) != data {
                    try data.write(to: URL(filePath: path), options: .atomic)
                }
            }
        } catch {
            throw .noFolder(path: folder, reason: "\(error)")
        }
        return folder
    }

    /// `$XDG_CACHE_HOME`, `~/.cache`, or without a home the folder for what is temporary.
    static func cacheFolder(_ environment: [String: String]) -> String {
        // A relative path is to be ignored (XDG Base Directory Specification).
        let caches = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache" : nil }
        return caches ?? home ?? FileManager.default.temporaryDirectory.path()
    }
}

/// Why the model in the box cannot be used.
public enum AssetError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Its files cannot be laid out.
    case noFolder(path: String, reason: String)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .noFolder(let path, let reason):
            "The files of \(BuiltInModel.name) cannot be written to \(path): \(reason). Set "
                + "XDG_CACHE_HOME to a folder that can be written."
        }
    }
}
