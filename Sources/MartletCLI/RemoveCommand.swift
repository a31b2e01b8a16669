import ArgumentParser
import ModelHub

/// `martlet rm`: a model out of the cache.
struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove a model, with all its revisions, from the cache."
    )

    @Argument(help: "The model's name: ORG/NAME.")
    var model: String

    @Flag(help: "Do not ask.")
    var yes = false

    func validate() throws {
        _ = try ModelName(model)
        guard !model.contains("@") else {
            throw ValidationError("All revisions go together: write ORG/NAME without '@'.")
        }
    }

    func run() throws {
        let name = try ModelName(model)
        let cache = try HubAccess.cache()
        guard let byteCount = cache.byteCount(of: name) else {
            throw HubError.notCached(model: name.path, cache: cache.folder)
        }
        if !yes {
            StandardError.write("Remove \(name), \(ListCommand.size(byteCount))? [y/N] ")
            let answer = readLine()?.lowercased() ?? ""
            guard ["y", "yes"].contains(answer) else {
                StandardError.write("Nothing was removed.\n")
                throw ExitCode.failure
            }
        }
        try cache.remove(name)
    }
}
