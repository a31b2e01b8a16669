import ArgumentParser
import ModelHub

/// `martlet list`: the models of the cache.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the models in the cache: name, revision, size, path."
    )

    func run() throws {
        let models = try HubAccess.cache().models()
        let rows = models.map { model in
            let size = Self.size(model.byteCount) + (model.isComplete ? "" : " (not whole)")
            return [model.name.path, model.name.revision, size, model.path]
        }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = (0..<3).map { column in
                row[column]
                    + String(repeating: " ", count: widths[column] - row[column].count)
            }
            print((cells + [row[3]]).joined(separator: "  "))
        }
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
