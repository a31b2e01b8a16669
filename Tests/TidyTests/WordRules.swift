extension Rule {
    /// A rule about the code of Swift files.
    private static func code(
        _ name: String,
        except isExempt: @escaping @Sendable (RepositoryFile) -> Bool = { _ in false },
        _ reason: @escaping @Sendable (Substring) -> String?
    ) -> Rule {
        Rule(name) { file in
            guard file.isSwift, !isExempt(file) else { return [] }
            return file.source.code.violations(reason)
        }
    }

    static let unsafeCode = code(
        "unsafe code stays in Compute and two files of Checkpoints",
        except: {
            let isArithmetic = $0.target == "Compute" || $0.target == "ComputeTests"
            let files = ["FileBytes", "FileOutput"].map { "Sources/Checkpoints/\($0).swift" }
            return isArithmetic || files.contains($0.path)
        },
        { line in
            let words = ["unsafe", "@unchecked"]
            return words.first { line.hasWord($0) }.map { "'\($0)' here" }
        }
    )

    static let testable = code("tests use what is public or package") { line in
        line.contains("@testable") ? "reaches for internals" : nil
    }

    static let crash = code("nothing crashes on input") { line in
        if line.contains("try!") { return "'try!'" }
        return line.calls("fatalError") ? "'fatalError'" : nil
    }

    static let printing = code(
        "only the command line prints",
        except: { $0.target == "MartletCLI" || ["Examples"].contains($0.components.first) },
        { line in
            let names = ["print", "debugPrint", "dump", "NSLog"]
            return names.first { line.calls($0) }.map { "'\($0)'" }
        }
    )

    static let foundation = code("FoundationEssentials instead of Foundation") { line in
        importedModule(line) == "Foundation" ? "the full Foundation adds 50 MB" : nil
    }

    static let testFramework = code("tests are written with Swift Testing") { line in
        importedModule(line) == "XCTest" ? "imports XCTest" : nil
    }

    static let sleeping = code(
        "tests do not sleep",
        except: { !$0.isTest },
        { line in
            let names = ["Task.sleep", "usleep", "Thread.sleep", "nanosleep"]
            return names.first { line.contains($0 + "(") }.map { "'\($0)'" }
        }
    )

    static let unfinished = Rule("nothing is left for later") { file in
        guard file.isSwift || file.isC else { return [] }
        return file.source.comments.violations { line in
            let words = ["TODO", "FIXME", "XXX", "HACK"]
            return words.first { line.hasWord($0) }.map { "'\($0)'" }
        }
    }

    static let machinePath = Rule("no path of one machine") { file in
        // In two parts, or this file would break the rule.
        let folders = ["/wo" + "rk", "/fa" + "rm", "/ro" + "ot", "/ho" + "me", "/opt/sw" + "ift"]
        return file.text.split(separator: "\n", omittingEmptySubsequences: false)
            .violations { line in
                folders.first { line.hasFolder($0) }.map { "'\($0)'" }
            }
    }
}

/// The module that a line of code imports.
func importedModule(_ line: Substring) -> Substring? {
    var words = line.split { $0 == " " || $0 == "." || $0 == ";" }[...]
    let access = ["public", "package", "internal", "private", "fileprivate"]
    while let first = words.first, first.hasPrefix("@") || access.contains(String(first)) {
        words.removeFirst()
    }
    guard words.popFirst() == "import" else { return nil }
    let kinds = ["class", "struct", "enum", "protocol", "func", "var", "let", "typealias"]
    if let first = words.first, kinds.contains(String(first)) { words.removeFirst() }
    return words.first
}

extension Substring {
    /// Whether an absolute path that begins with `folder` stands here.
    fileprivate func hasFolder(_ folder: String) -> Bool {
        ranges(of: folder).contains { range in
            let before = self[..<range.lowerBound].last ?? " "
            let after = self[range.upperBound...].first ?? " "
            return !before.isPartOfName && before != "." && before != "/" && before != "}"
                && !after.isPartOfName && after != "-"
        }
    }
}
