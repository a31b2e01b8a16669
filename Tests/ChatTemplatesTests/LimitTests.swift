import ChatTemplates
import JSONDocuments
import Testing

@Suite("Limits of a template")
struct LimitTests {
    private static let date = TemplateDate(year: 2026, month: 3, day: 9)

    @Test("every bomb ends with an error and stays within the limits")
    func bombs() {
        let limits = TemplateLimits()
        #expect(BombTemplates.all.count >= 200)
        for source in BombTemplates.all {
            let name = source.prefix(120)
            do throws(ChatTemplateError) {
                let template = try ChatTemplate(source)
                let (result, usage) = template.renderCounting([], now: Self.date)
                #expect(throws: ChatTemplateError.self, "\(name)") { try result.get() }
                #expect(usage.steps <= limits.steps)
                #expect(usage.textByteCount <= limits.textByteCount)
                #expect(usage.outputByteCount <= limits.outputByteCount)
            } catch {
                #expect(error.line >= 0)
            }
        }
    }

    @Test("a limit says which one it is and how large")
    func names() {
        #expect(
            error("{{ 'a' * 1000000000 }}")
                == .limit(line: 1, which: .textByteCount, limit: 16 << 20)
        )
        #expect(
            error("\n{% for a in range(99999) %}{{ a }}{% endfor %}")
                == .limit(line: 2, which: .steps, limit: 100_000)
        )
        #expect(
            error("{% set a = 'a' * 1000000 %}{{ a }}{{ a }}{{ a }}{{ a }}{{ a }}")
                == .limit(line: 1, which: .outputByteCount, limit: 4 << 20)
        )
        #expect(
            error("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")
                == .limit(line: 1, which: .depth, limit: 64)
        )
        #expect(
            error("{{ range(100001) }}") == .limit(line: 1, which: .rangeLength, limit: 100_000)
        )
        #expect(error("{{ 2 ** 127 }}") == .limit(line: 1, which: .integerSize, limit: 128))
        #expect(
            error(String(repeating: " ", count: (1 << 20) + 1))
                == .limit(line: 0, which: .sourceByteCount, limit: 1 << 20)
        )
    }

    @Test("a template may be as deep as the limit")
    func depth() throws {
        let open = String(repeating: "[", count: 61)
        let close = String(repeating: "]", count: 61)
        _ = try render("{{ \(open)\(close) }}")
        let bodies = String(repeating: "{% if true %}", count: 60)
        _ = try render(bodies + String(repeating: "{% endif %}", count: 60))
        let macro = "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{% endif %}x{% endmacro %}"
        #expect(try render(macro + "{{ m(60) }}") == String(repeating: "x", count: 61))
    }

    @Test("long chains are no nesting")
    func chains() throws {
        let sum = Array(repeating: "1", count: 5000).joined(separator: " + ")
        #expect(try render("{{ \(sum) }}") == "5000")
        let texts = Array(repeating: "'ab'", count: 5000).joined(separator: " ~ ")
        #expect(try render("{{ (\(texts))|length }}") == "10000")
        let either = Array(repeating: "0", count: 5000).joined(separator: " or ")
        #expect(try render("{{ \(either) }}") == "0")
        let filters = String(repeating: "|string", count: 5000)
        #expect(try render("{{ 1\(filters) }}") == "1")
        let branches = String(repeating: "{% elif 0 %}", count: 5000)
        #expect(try render("{% if 0 %}\(branches){% else %}x{% endif %}") == "x")
    }

    @Test("a long conversation fits")
    func longConversation() throws {
        let messages = (0..<1000).map { index in
            JSONValue.object([
                JSONMember("role", .string(index % 2 == 0 ? "user" : "assistant")),
                JSONMember("content", .string(String(repeating: "word ", count: 200))),
            ])
        }
        let source = """
            {% for m in messages %}{% if m.role == 'user' or loop.last %}
            {{ '<' + m.role + '>' + m.content | trim + '</' + m['role'] + '>' }}
            {% else %}
            {{ m.content.split('</think>')[-1].lstrip('\\n') }}
            {% endif %}{% endfor %}
            """
        let variables = [TemplateVariable("messages", .array(messages), isTrusted: false)]
        let (result, usage) = try ChatTemplate(source).renderCounting(variables, now: Self.date)
        _ = try result.get()
        #expect(usage.steps < 50_000)
        #expect(usage.textByteCount < 4 << 20)
    }

    private func render(_ source: String) throws(ChatTemplateError) -> String {
        try ChatTemplate(source).render([], now: Self.date).text
    }

    private func error(_ source: String) -> ChatTemplateError? {
        do throws(ChatTemplateError) {
            _ = try render(source)
            return nil
        } catch {
            return error
        }
    }
}
