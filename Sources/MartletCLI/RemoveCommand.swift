import ArgumentParser
import ModelHub

/// `martlet rm`: a model out of the cache.
struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove a model, with all its revisions, from the cache.",
        discussion: "It asks first. Models that are being downloaded are not removed."
    )

    @Argument(help: "The model's name: ORG/NAME, or NAME.")
    var model: String

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Flag(help: "Remove only what downloads that were stopped have left.")
    var partial = false

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
            throw HubError.notCached(
                model: name.path,
                cache: cache.folder,
                similar: cache.names(like: name)
            )
        }
        if partial {
            let removed = try cache.removePartialFiles(of: name)
            StandardError.write("\(ListCommand.size(removed)) were removed.\n")
            return
        }
        if !yes {
            StandardError.write("Remove \(name), \(ListCommand.size(byteCount))? [y/N] ")
            let answer = readLine()?.lowercased() ?? ""
            guard ["y", "yes"].contains(answer) else {
                StandardError.write("Nothing was removed; --yes removes without asking.\n")
                throw ExitCode.failure
            }
        }
        try cache.remove(name)
    }
}
