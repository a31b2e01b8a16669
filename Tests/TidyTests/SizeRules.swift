extension Rule {
    static let lineLength = Rule("a line has at most 100 columns") { file in
        guard file.isSwift || file.isC else { return [] }
        return file.source.lines.violations { line in
            line.utf8.count > 100 && line.count > 100 ? "\(line.count) columns" : nil
        }
    }

    static let fileLength = Rule("a file has at most 500 lines") { file in
        guard file.isSwift || file.isC else { return [] }
        let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        return count > 500 ? [Violation(line: 0, reason: "\(count) lines")] : []
    }

    static let functionLength = Rule("a function has at most 70 lines") { file in
        guard file.isSwift || file.isC else { return [] }
        let code = file.source.code
        let functions = file.isC ? cFunctions(code) : swiftFunctions(code)
        return functions.filter { $0.count > 70 }.map { lines in
            Violation(line: lines.lowerBound + 1, reason: "\(lines.count) lines")
        }
    }

    static let fileName = Rule("a file is named after what it has") { file in
        let banned = ["Util", "Helper", "Common", "Manager", "Misc"]
        let stem = file.components.joined(separator: "/")
        guard file.isSwift || file.isC else { return [] }
        return banned.filter { stem.contains($0) || stem.contains($0.lowercased()) }
            .map { Violation(line: 0, reason: "'\($0)' in the name says nothing") }
    }
}

/// The lines of every function that has a body.
private func swiftFunctions(_ code: [Substring]) -> [Range<Int>] {
    code.indices.compactMap { start in
        let line = code[start]
        let isInitializer = line.calls("init") || line.calls("init?")
        guard line.hasWord("func") || isInitializer || line.hasWord("subscript") else { return nil }
        return bodyEnd(code, from: start).map { start..<$0 + 1 }
    }
}

/// The line on which the first body from `start` on ends; nil where the declaration has none.
private func bodyEnd(_ code: [Substring], from start: Int) -> Int? {
    var openBrackets = 0
    var openBraces = 0
    for index in start..<code.count {
        let isLater = index > start && openBrackets == 0 && openBraces == 0
        // The next declaration: this one was a requirement of a protocol.
        if isLater && ["func", "init", "var", "}"].contains(where: code[index].hasFirstWord) {
            return nil
        }
        for character in code[index] {
            switch character {
            case "(", "[": openBrackets += 1
            case ")", "]": openBrackets -= 1
            case "{" where openBrackets == 0 || openBraces > 0: openBraces += 1
            case "}" where openBraces > 0:
                openBraces -= 1
                if openBraces == 0 { return index }
            default: break
            }
        }
    }
    return nil
}

extension Substring {
    fileprivate func hasFirstWord(_ word: String) -> Bool {
        drop { $0 == " " }.prefix(word.count + 1).hasWord(word) || drop { $0 == " " } == word
    }
}

/// The lines of every function at the outermost level of a C file.
private func cFunctions(_ code: [Substring]) -> [Range<Int>] {
    var functions: [Range<Int>] = []
    var depth = 0
    var head = ""
    var start = 0
    var isDirective = false
    for (index, line) in code.enumerated() {
        let continues = isDirective
        isDirective = (continues || line.drop { $0 == " " }.first == "#") && line.last == "\\"
        if continues || line.drop(while: { $0 == " " }).first == "#" { continue }
        for character in line {
            if depth == 0 && head.isEmpty { start = index }
            switch character {
            case "{":
                depth += 1
            case "}":
                depth -= 1
                guard depth == 0 else { continue }
                if head.contains("(") && !head.contains("=") { functions.append(start..<index + 1) }
                head = ""
            case ";" where depth == 0:
                head = ""
            case _ where depth == 0 && !(head.isEmpty && character == " "):
                head.append(character)
            default:
                break
            }
        }
    }
    return functions
}
