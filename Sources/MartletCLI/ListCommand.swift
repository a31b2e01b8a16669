import ArgumentParser
import ModelHub

/// `martlet list`: the models of the cache.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the models in the cache: name, revision, size, path.",
        discussion: """
            A revision '-' is what downloads that were stopped have left: 'martlet pull NAME' goes \
            on with it, 'martlet rm --partial NAME' removes it.
            """
    )

    func run() throws {
        let cache = try HubAccess.cache()
        let models = cache.models()
        let rows = models.map { model in
            let note = model.isComplete ? "" : model.isLeftOver ? " (unfinished)" : " (not whole)"
            return [
                model.name.path, model.isLeftOver ? "-" : model.name.revision,
                Self.size(model.byteCount) + note, model.path,
            ]
        }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = (0..<3).map { column in
                row[column]
                    + String(repeating: " ", count: widths[column] - row[column].count)
            }
            print((cells + [row[3]]).joined(separator: "  "))
        }
        // Not among the results, which scripts read.
        StandardError.write(Self.summary(models, of: cache) + "\n")
    }

    /// How much there is; files that revisions share are counted once.
    private static func summary(_ models: [CachedModel], of cache: HubCache) -> String {
        guard !models.isEmpty else {
            return "No models in \(cache.folder). 'martlet pull ORG/NAME' brings one."
        }
        var paths: Set<String> = []
        let byteCount = models.reduce(0) { sum, model in
            guard paths.insert(model.name.path).inserted else { return sum }
            return sum + (cache.byteCount(of: model.name) ?? 0)
        }
        let noun = paths.count == 1 ? "model" : "models"
        return "\(paths.count) \(noun), \(size(byteCount)) in \(cache.folder)"
    }

    /// A number of bytes as people say it.
    static func size(_ byteCount: Int) -> String {
        let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")]
        guard let (unit, name) = units.first(where: { byteCount >= $0.0 }) else {
            return "\(byteCount) B"
        }
        return "\((Double(byteCount) / Double(unit) * 10).rounded() / 10) \(name)"
    }
}
