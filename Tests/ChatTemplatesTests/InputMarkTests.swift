import ChatTemplates
import JSONDocuments
import Testing

@Suite("Marks of input")
struct InputMarkTests {
    /// The runs of a rendering: input in square brackets.
    private func marked(_ source: String) throws -> String {
        let member = JSONMember("content", .string("<s>Hi\nYou"))
        let variables = [
            TemplateVariable("m", .object([member]), isTrusted: false),
            TemplateVariable("x", .string("ab,cd"), isTrusted: false),
            TemplateVariable("bos", .string("<s>"), isTrusted: true),
        ]
        let prompt = try ChatTemplate(source).render(
            variables,
            now: TemplateDate(year: 2026, month: 3, day: 9)
        )
        for (left, right) in zip(prompt.runs, prompt.runs.dropFirst()) {
            #expect(left.isInput != right.isInput && !left.text.isEmpty)
        }
        #expect(prompt.text == prompt.runs.map(\.text).joined())
        return prompt.runs.map { $0.isInput ? "[\($0.text)]" : $0.text }.joined()
    }

    @Test(
        "parts keep the mark of where they came from",
        arguments: [
            ("{{ bos }}{{ x }}</s>", "<s>[ab,cd]</s>"),
            ("{{ bos + x + '|' + x }}", "<s>[ab,cd]|[ab,cd]"),
            ("{{ bos ~ x ~ 1 }}", "<s>[ab,cd]1"),
            ("{{ (bos + x)[1:5] }}", "s>[ab]"),
            ("{{ (' ' + x + ' ')|trim }}", "[ab,cd]"),
            ("{{ ('<' + x + '>').strip('<a') }}", "[b,cd]>"),
            ("{{ x.split(',')|join('|') }}", "[ab]|[cd]"),
            ("{{ ('-' + x).split(',') | join('|') }}", "-[ab]|[cd]"),
            ("{{ x|replace(',', '<s>') }}", "[ab]<s>[cd]"),
            ("{{ 'a-b'|replace('-', x) }}", "a[ab,cd]b"),
            ("{{ '%s|%s' % (x, bos) }}", "[ab,cd]|<s>"),
            ("{{ '{}|{}'.format(bos, x) }}", "<s>|[ab,cd]"),
            ("{{ ('q' + x)|upper }}", "Q[AB,CD]"),
            ("{{ ('é' + x)|upper }}", "É[AB,CD]"),
            ("{{ [bos, x]|join(' ') }}", "<s> [ab,cd]"),
            ("{{ (x ~ '-') * 2 }}", "[ab,cd]-[ab,cd]-"),
            ("{% set y %}<{{ x }}>{% endset %}{{ y }}", "<[ab,cd]>"),
            ("{% macro f(a) %}<{{ a }}>{% endmacro %}{{ f(x) }}", "<[ab,cd]>"),
            ("{% filter upper %}q{{ x }}{% endfilter %}", "Q[AB,CD]"),
            ("{% for c in x %}{{ c }}.{% endfor %}", "[a].[b].[,].[c].[d]."),
            ("{{ ('\\n' + m.content)|indent(1) }}", "\n [<s>Hi]\n [You]"),
            ("{% for k in m %}{{ k }}={% endfor %}", "[content]="),
        ]
    )
    func kept(source: String, expected: String) throws {
        #expect(try marked(source) == expected)
    }

    @Test(
        "what is made of input is input as a whole",
        arguments: [
            ("{{ m|tojson }}", #"[{"content": "<s>Hi\nYou"}]"#),
            ("{{ [x] }}", "[['ab,cd']]"),
            ("{{ ('q' + x)|reverse }}", "[dc,baq]"),
            ("{{ ('<' + x)|urlencode }}", "[%3Cab%2Ccd]"),
            ("{{ '%c' % 60 }}", "[<]"),
            ("{{ {'a': x}|string }}", "[{'a': 'ab,cd'}]"),
        ]
    )
    func whole(source: String, expected: String) throws {
        #expect(try marked(source) == expected)
    }

    @Test("no method and no filter makes template of input")
    func neverTrusted() throws {
        let calls = [
            "x.title()", "x.swapcase()", "x.casefold()", "x.center(9)", "x.zfill(9)",
            "x.expandtabs()", "x.partition(',')[0]", "x.rsplit(',', 1)[1]", "x.splitlines()[0]",
            "x.removeprefix('a')", "x.capitalize()", "x|title", "x|capitalize", "x|escape",
            "x|safe", "x|forceescape", "x|striptags", "x|truncate(4, true, '', 0)",
            "x|wordwrap(2, true, '')", "x|center(9)", "x|pprint", "x|string", "x|first", "x|last",
            "x|list|join", "x|default('')", "x|lower", "x|map('upper')|join",
            "x|batch(9)|first|join", "x|unique|join", "x|sort|join", "(x|groupby(0))[0][0]",
            "{'a': x}.values()|first", "{x: 1}|first", "dict(a=x).a", "namespace(a=x).a",
            "'%10s' % x", "'{:>10}'.format(x)", "'{0[0]}'.format([x])", "x ~ ''", "x[::-1]", "x[0]",
            "x|tojson", "'{a}'.format_map({'a': x})", "x|attr('upper')()", "cycler(x).next()",
            "''.join([x])", "[x]|sum(start='')|default(x)", "x if true", "(x, 1)[0]", "x or 1",
        ]
        for call in calls {
            let text: String
            do {
                text = try marked("{{ \(call) }}")
            } catch {
                // A sum of texts is refused.
                continue
            }
            let outside = text.filter { $0 != " " && $0 != "0" }
            #expect(outside.hasPrefix("[") && outside.hasSuffix("]"), "\(call): \(text)")
        }
    }
}
