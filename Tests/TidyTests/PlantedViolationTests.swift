import Testing

@Suite("Planted violations are caught")
struct PlantedViolationTests {
    struct Plant: Sendable, CustomTestStringConvertible {
        let rule: Rule
        let path: String
        let text: String
        let line: Int?
        var testDescription: String { "\(rule.name): \(path), \(text.prefix(40).debugDescription)" }

        /// The line is where the violation is found; nil where there is none.
        init(_ rule: Rule, _ path: String, _ text: String, line: Int?) {
            self.rule = rule
            self.path = path
            self.text = text
            self.line = line
        }
    }

    static let swift = "Sources/Sampling/Planted.swift"

    static let words: [Plant] = [
        Plant(.unsafeCode, swift, "let a = unsafe b", line: 1),
        Plant(.unsafeCode, swift, "extension A: @unchecked Sendable {}", line: 1),
        Plant(.unsafeCode, swift, "nonisolated(unsafe) var a = 1", line: 1),
        Plant(.unsafeCode, swift, "let a = \"\\(unsafe b)\"", line: 1),
        Plant(.unsafeCode, swift, "// unsafe\nlet a = \"unsafe\"; let unsafeName = 1", line: nil),
        Plant(.unsafeCode, "Sources/Compute/A.swift", "unsafe b", line: nil),
        Plant(.unsafeCode, "Sources/Checkpoints/FileBytes.swift", "unsafe b", line: nil),
        Plant(.unsafeCode, "Sources/Checkpoints/Other.swift", "unsafe b", line: 1),
        Plant(.testable, swift, "\n@testable import Sampling", line: 2),
        Plant(.crash, swift, "let a = try! b()", line: 1),
        Plant(.crash, swift, "fatalError(\"no\")", line: 1),
        Plant(.crash, swift, "let a = \"try! fatalError()\" /* try! /* a */ try! */", line: nil),
        Plant(.printing, swift, "  print(1)", line: 1),
        Plant(.printing, swift, "let a = \"\"\"\n  \\(print(\")\"))\n  \"\"\"", line: 2),
        Plant(.printing, "Sources/MartletCLI/A.swift", "print(1)", line: nil),
        Plant(.printing, swift, "fingerprint(1); page.print(); print", line: nil),
        Plant(.foundation, swift, "import Foundation", line: 1),
        Plant(.foundation, swift, "public import struct Foundation.Data", line: 1),
        Plant(.foundation, swift, "import FoundationEssentials", line: nil),
        Plant(.testFramework, "Tests/SamplingTests/A.swift", "import XCTest", line: 1),
        Plant(.sleeping, "Tests/SamplingTests/A.swift", "try await Task.sleep(for: a)", line: 1),
        Plant(.sleeping, swift, "try await Task.sleep(for: a)", line: nil),
        Plant(.unfinished, swift, "let a = 1  // TODO: more", line: 1),
        Plant(.unfinished, "Sources/CKernels/a.c", "/* one\n FIXME */", line: 2),
        Plant(.unfinished, swift, "let a = \"TODO\"  // todos", line: nil),
        Plant(.machinePath, "docs/a.md", "see `/ro" + "ot/model`", line: 1),
        Plant(.machinePath, "scripts/check", "cd /ho" + "me/me", line: 1),
        Plant(.machinePath, swift, "\"models/ro" + "ot/a\", \"/rooted\"", line: nil),
    ]

    static let sizes: [Plant] = [
        Plant(.lineLength, swift, "\n" + String(repeating: "a", count: 101), line: 2),
        Plant(.lineLength, swift, String(repeating: "é", count: 100), line: nil),
        Plant(.lineLength, "Sources/CKernels/a.h", String(repeating: "a", count: 101), line: 1),
        Plant(.fileLength, swift, String(repeating: "\n", count: 501), line: 0),
        Plant(.fileLength, swift, String(repeating: "\n", count: 500), line: nil),
        Plant(.functionLength, swift, swiftFunction(lineCount: 71), line: 2),
        Plant(.functionLength, swift, swiftFunction(lineCount: 70), line: nil),
        Plant(
            .functionLength,
            swift,
            "protocol A {\n    func a()\n    var b: Int { get }\n}\n"
                + swiftFunction(lineCount: 70),
            line: nil
        ),
        Plant(
            .functionLength,
            swift,
            "init(\n  a: () -> Void = {}\n) {\n" + String(repeating: "\n", count: 70) + "}",
            line: 1
        ),
        Plant(.functionLength, "Sources/CKernels/a.c", cFunction(lineCount: 71), line: 5),
        Plant(.functionLength, "Sources/CKernels/a.c", cFunction(lineCount: 70), line: nil),
        Plant(.fileName, "Sources/Sampling/StringUtils.swift", "", line: 0),
        Plant(.fileName, "Sources/Sampling/helpers/A.swift", "", line: 0),
        Plant(.fileName, swift, "", line: nil),
    ]

    static let imports: [Plant] = [
        Plant(.importDirection, swift, "import Compute", line: 1),
        Plant(.importDirection, "Sources/Inference/A.swift", "import Tokenization", line: 1),
        Plant(.importDirection, "Sources/Inference/A.swift", "package import Sampling", line: nil),
        Plant(.importDirection, "Sources/Inference/A.swift", "import NIOCore", line: 1),
        Plant(.importDirection, "Sources/Serving/A.swift", "import NIOCore", line: nil),
        Plant(.importDirection, "Sources/Unknown/A.swift", "let a = 1", line: 0),
        Plant(.importDirection, swift, "// import Compute", line: nil),
        Plant(.importDirection, "Sources/Martlet/Martlet.docc/A.md", "import Martlet", line: nil),
    ]

    static let documents: [Plant] = [
        Plant(.oneTitle, "docs/a.md", "# One\n## Two\n# Three\n", line: 3),
        Plant(.oneTitle, "docs/a.md", "## Two\n", line: 0),
        Plant(.oneTitle, "docs/a.md", "# One\n```sh\n# a comment\n```\n    # code\n", line: nil),
        Plant(.links, "docs/a.md", "# A\nsee [b](nowhere.md)", line: 2),
        Plant(.links, "docs/a.md", "# A\nsee [`b`](../../outside.md)", line: 2),
        Plant(.links, "docs/a.md", "# A\nsee [b](#c)", line: 2),
        Plant(.links, "docs/a.md", "# A b, c\nsee [b](#a-b-c) and `[x](y)`", line: nil),
        Plant(.links, "docs/a.md", "# A\n[b](../Package.swift), [c](https://swift.org)", line: nil),
    ]

    @Test("in words", arguments: words)
    func word(plant: Plant) { check(plant) }

    @Test("in sizes", arguments: sizes)
    func size(plant: Plant) { check(plant) }

    @Test("in imports", arguments: imports)
    func imported(plant: Plant) { check(plant) }

    @Test("in documents", arguments: documents)
    func document(plant: Plant) { check(plant) }

    @Test(
        "each rule has a plant that it catches and one that it lets pass",
        arguments: TidyTests.rules
    )
    func everyRule(rule: Rule) {
        let plants = Self.words + Self.sizes + Self.imports + Self.documents
        #expect(plants.contains { $0.rule.name == rule.name && $0.line != nil })
    }

    private func check(_ plant: Plant) {
        let found = plant.rule.check(RepositoryFile(path: plant.path, text: plant.text))
        #expect(found.map(\.line) == (plant.line.map { [$0] } ?? []), "\(found)")
    }

    private static func swiftFunction(lineCount: Int) -> String {
        let body = String(repeating: "    if a { b(\"}\") }  // }\n", count: lineCount - 3)
        return "struct A {\n  public func a<T>(\n_ b: T) {\n" + body + "}\n}"
    }

    private static func cFunction(lineCount: Int) -> String {
        let body = String(repeating: "    a = '{';\n", count: lineCount - 2)
        return "#define A { \\\n    (\nstatic const int a[] = { (1) };\nstruct b { int c; };\n"
            + "static void f(int a) {\n" + body + "}\n"
    }
}
