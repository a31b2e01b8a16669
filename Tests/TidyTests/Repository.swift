import FoundationEssentials

/// The checkout that is tested.
enum Repository {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") {
        $0 += "/" + $1
    }

    /// All files the rules look at: paths from the root on, sorted.
    static let files: [RepositoryFile] = {
        let folders = [
            "Sources", "Tests", "Examples", "Benchmarks", "deploy", "docs", "scripts", ".ci",
        ]
        var paths = folders.flatMap { filesUnder($0) }
        paths += names(in: "").filter { $0.hasSuffix(".md") || $0 == "Package.swift" }
        return paths.sorted().compactMap { path in
            guard let data = FileManager.default.contents(atPath: root + "/" + path),
                let text = String(bytes: data, encoding: .utf8)
            else { return nil }
            return RepositoryFile(path: path, text: text)
        }
    }()

    static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder)) ?? []
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root + "/" + path)
    }

    private static func filesUnder(_ folder: String) -> [String] {
        names(in: folder).flatMap { name -> [String] in
            // Build folders and the like; their content is not ours.
            if name.hasPrefix(".") { return [] }
            let path = folder + "/" + name
            var isFolder = false
            _ = FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isFolder)
            return isFolder ? filesUnder(path) : [path]
        }
    }
}

/// A text file of the checkout.
struct RepositoryFile: Sendable {
    let path: String
    let text: String

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isC: Bool { path.hasSuffix(".c") || path.hasSuffix(".h") }
    var isMarkdown: Bool { path.hasSuffix(".md") }
    var source: SourceText { SourceText(text, isC: isC) }

    /// The folders of the path, then the file's name.
    var components: [Substring] { path.split(separator: "/") }

    /// The name of the module under Sources, or of the test target under Tests.
    var target: String? {
        guard components.count > 2, ["Sources", "Tests"].contains(components[0]) else { return nil }
        return String(components[1])
    }

    var isTest: Bool { components.first == "Tests" }
}
