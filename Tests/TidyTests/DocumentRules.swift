extension Rule {
    static let oneTitle = Rule("a document has exactly one title") { file in
        guard file.isMarkdown else { return [] }
        let titles = proseLines(file.text).filter { $0.line.hasPrefix("# ") }
        if titles.count == 1 { return [] }
        return [Violation(line: titles.last?.number ?? 0, reason: "\(titles.count) titles")]
    }

    static let links = Rule("a link in a document leads somewhere") { file in
        guard file.isMarkdown else { return [] }
        return proseLines(file.text).flatMap { number, line in
            linkTargets(line).compactMap { target in
                deadLink(target, in: file).map { Violation(line: number, reason: $0) }
            }
        }
    }
}

/// The lines outside code, numbered from 1.
private func proseLines(_ text: String) -> [(number: Int, line: Substring)] {
    var isCode = false
    var lines: [(Int, Substring)] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
        if line.drop(while: { $0 == " " }).hasPrefix("```") {
            isCode.toggle()
        } else if !isCode && !line.hasPrefix("    ") {
            lines.append((index + 1, line))
        }
    }
    return lines
}

/// What stands in the round brackets of `[text](target)`, outside `code`.
private func linkTargets(_ line: Substring) -> [Substring] {
    let parts = line.split(separator: "`", omittingEmptySubsequences: false)
    // Every second part stands between backticks. Links whose text is code still end in a later
    // part, so their halves are put together again with the code left out.
    let prose = parts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined()
    var targets: [Substring] = []
    var rest = prose[...]
    while let start = rest.firstRange(of: "](") {
        rest = rest[start.upperBound...]
        guard let end = rest.firstIndex(of: ")") else { break }
        targets.append(rest[..<end].prefix { $0 != " " })
    }
    return targets
}

private func deadLink(_ target: Substring, in file: RepositoryFile) -> String? {
    if target.contains("://") || target.hasPrefix("mailto:") { return nil }
    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first else { return "an empty link" }
    let path = name.isEmpty ? file.path : resolve(name, from: file)
    guard let path, name.isEmpty || Repository.exists(path) else { return "no '\(target)'" }
    guard parts.count == 2, path.hasSuffix(".md") else { return nil }
    let text = name.isEmpty ? file.text : Repository.files.first { $0.path == path }?.text
    guard let text else { return nil }
    let headings = proseLines(text).filter { $0.line.hasPrefix("#") }.map { anchor($0.line) }
    return headings.contains(String(parts[1])) ? nil : "no heading for '\(target)'"
}

/// A path from the root on; nil if it leaves the checkout.
private func resolve(_ target: Substring, from file: RepositoryFile) -> String? {
    var folders = Array(file.components.dropLast())
    for part in target.split(separator: "/") where part != "." {
        if part != ".." {
            folders.append(part)
        } else if folders.popLast() == nil {
            return nil
        }
    }
    return folders.joined(separator: "/")
}

/// The fragment under which a heading is found in rendered Markdown.
private func anchor(_ heading: Substring) -> String {
    heading.drop { $0 == "#" || $0 == " " }.lowercased().compactMap { character in
        if character == " " { return "-" }
        return character.isPartOfName || character == "-" ? String(character) : nil
    }.joined()
}
