import Testing

@Suite("Tidy")
struct TidyTests {
    static let rules: [Rule] = [
        .lineLength, .fileLength, .functionLength, .fileName, .unsafeCode, .testable, .crash,
        .printing, .foundation, .testFramework, .sleeping, .unfinished, .machinePath,
        .importDirection, .oneTitle, .links,
    ]

    @Test("every file keeps to the rule", arguments: rules)
    func rule(_ rule: Rule) {
        for file in Repository.files {
            for violation in rule.check(file) {
                Issue.record("\(file.path):\(violation.line): \(violation.reason)")
            }
        }
    }

    @Test("the files are found")
    func filesAreFound() {
        let paths = Set(Repository.files.map(\.path))
        #expect(paths.contains("Package.swift"))
        #expect(paths.contains("Tests/TidyTests/TidyTests.swift"))
        #expect(paths.contains { $0.hasPrefix("Sources/Sampling/") })
    }

    @Test("the list of layers has no arrow down")
    func layers() {
        var below: Set<String> = []
        for (module, mayImport) in Layers.imports {
            #expect(mayImport.isSubset(of: below), "\(module) stands above what it imports")
            below.insert(module)
        }
    }
}
