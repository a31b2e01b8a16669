/// The regular expressions that tokenizer files are known to split by.
///
/// No regular expression is ever run: a pattern is cut at its top-level bars, and each alternative
/// must be one of these texts, which have scanners of their own.
enum KnownPatterns {
    /// The pattern a text stands for.
    static func pattern(_ text: String) -> SplitPattern? {
        let parts = split(text)
        var alternatives: [SplitAlternative] = []
        for part in parts {
            guard let known = alternative(part) else { return nil }
            alternatives.append(known)
        }
        // These look at a whole run before they fail. Something must then take the run, or every
        // character of it would have them look again: quadratic time.
        for (greedy, taker) in [
            (#"\s*[\r\n]+"#, #"\s+"#), (#"\s*[\r\n]"#, #"\s+"#),
            (cased + "*" + lower + "+", cased + "+" + lower + "*"),
            (cased + "*" + lower + "+" + tail, cased + "+" + lower + "*" + tail),
        ] where parts.contains(greedy) && !parts.contains(taker) {
            return nil
        }
        return .alternatives(alternatives)
    }

    /// Cuts a pattern at the bars outside brackets, and joins GPT-2's bare contractions again.
    private static func split(_ text: String) -> [String] {
        let contractions = "'s|'t|'re|'ve|'m|'ll|'d"
        if text.hasPrefix(contractions + "|") {
            return [contractions] + split(String(text.dropFirst(contractions.count + 1)))
        }
        var parts = [""]
        var nesting = 0
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if scalar == "|", nesting == 0, !isEscaped {
                parts.append("")
                continue
            }
            if !isEscaped {
                if scalar == "[" || scalar == "(" { nesting += 1 }
                if scalar == "]" || scalar == ")" { nesting -= 1 }
            }
            isEscaped = scalar == "\\" && !isEscaped
            parts[parts.count - 1].unicodeScalars.append(scalar)
        }
        return parts
    }

    private static func alternative(_ text: String) -> SplitAlternative? {
        for (known, alternative) in table where known.utf8.elementsEqual(text.utf8) {
            return alternative
        }
        return nil
    }

    private static let notWord: ScalarSet = !(.newlines | .letters | .numbers)
    private static let other: ScalarSet = !(.whitespace | .letters | .numbers)

    private static let table: [(String, SplitAlternative)] =
        shared + wordsAndNumbers + others + deepseek + normalizers

    private static let shared: [(String, SplitAlternative)] = [
        (#"'s|'t|'re|'ve|'m|'ll|'d"#, .contraction(ignoringCase: false)),
        (#"'(?:[sdmt]|ll|ve|re)"#, .contraction(ignoringCase: false)),
        (#"(?i:'s|'t|'re|'ve|'m|'ll|'d)"#, .contraction(ignoringCase: true)),
        (#"'(?i:[sdmt]|ll|ve|re)"#, .contraction(ignoringCase: true)),
        (#"\s*[\r\n]+"#, .whitespaceToNewline),
        (#"\s*[\r\n]"#, .whitespaceToNewline),
        (#"\s+(?!\S)"#, .whitespaceBeforeWhitespace),
        (#"\s+"#, .run(first: nil, body: .whitespace)),
        (#"\s"#, .run(first: nil, body: .whitespace, most: 1)),
    ]

    private static let wordsAndNumbers: [(String, SplitAlternative)] = [
        (#"\p{L}+"#, .run(first: nil, body: .letters)),
        (#" ?\p{L}+"#, .run(first: .space, body: .letters)),
        (#"[^\r\n\p{L}\p{N}]?\p{L}+"#, .run(first: notWord, body: .letters)),
        (#"[^\r\n\p{L}\p{N}]?+\p{L}+"#, .run(first: notWord, body: .letters)),
        (#"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+"#, .run(first: notWord, body: .letters | .marks)),
        (#"\p{N}"#, .run(first: nil, body: .numbers, most: 1)),
        (#"\p{N}{1,3}"#, .run(first: nil, body: .numbers, most: 3)),
        (#"\p{N}+"#, .run(first: nil, body: .numbers)),
        (#" ?\p{N}+"#, .run(first: .space, body: .numbers)),
        (#"[0-9]"#, .run(first: nil, body: .asciiDigits, most: 1)),
        (#"[0-9]+"#, .run(first: nil, body: .asciiDigits)),
        (#"[0-9][0-9][0-9]"#, .run(first: nil, body: .asciiDigits, least: 3, most: 3)),
        (cased + #"*"# + lower + #"+"#, .cased(endsLower: true, contraction: false)),
        (cased + #"+"# + lower + #"*"#, .cased(endsLower: false, contraction: false)),
        (cased + #"*"# + lower + #"+"# + tail, .cased(endsLower: true, contraction: true)),
        (cased + #"+"# + lower + #"*"# + tail, .cased(endsLower: false, contraction: true)),
    ]

    private static let cased = #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
    private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
    private static let tail = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#

    private static let others: [(String, SplitAlternative)] = [
        (#" ?[^\s\p{L}\p{N}]+"#, .run(first: .space, body: other)),
        (#" ?[^\s\p{L}\p{N}]+[\r\n]*"#, .run(first: .space, body: other, trailing: .newlines)),
        (#" ?[^\s\p{L}\p{N}]++[\r\n]*"#, .run(first: .space, body: other, trailing: .newlines)),
        (
            #" ?[^\s\p{L}\p{N}]+[\r\n/]*"#,
            .run(first: .space, body: other, trailing: .lineBreakOrSlash)
        ),
        (
            #" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"#,
            .run(
                first: .space,
                body: !(.whitespace | .letters | .marks | .numbers),
                trailing: .newlines
            )
        ),
    ]

    private static let deepseek: [(String, SplitAlternative)] = [
        (#"[\r\n]"#, .run(first: nil, body: .newlines, most: 1)),
        ("[\r\n]", .run(first: nil, body: .newlines, most: 1)),
        (#"\s?\p{L}+"#, .run(first: .whitespace, body: .letters)),
        (#"\s?\p{P}+"#, .run(first: .whitespace, body: .punctuation)),
        ("[一-龥\u{0800}-一가-\u{D7FF}]+", .run(first: nil, body: .deepseekCoderIdeographs)),
        ("[一-龥\u{3040}-ゟ゠-ヿ]+", .run(first: nil, body: .deepseekV3Ideographs)),
        (
            ##"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"##,
            .oneThenRun(.asciiPunctuation, .asciiLetters)
        ),
        (
            #"[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"#,
            .run(
                first: !(.newlines | .letters | .punctuation | .symbols),
                body: .letters | .marks
            )
        ),
        (
            #" ?[\p{P}\p{S}]+[\r\n]*"#,
            .run(first: .space, body: .punctuation | .symbols, trailing: .newlines)
        ),
    ]

    private static let normalizers: [(String, SplitAlternative)] = [
        (#"\A +"#, .runAtStart(.space)),
        (#" +\z"#, .runAtEnd(.space)),
        (#" {2,}"#, .run(first: nil, body: .space, least: 2)),
        (#" +"#, .run(first: nil, body: .space)),
    ]
}
