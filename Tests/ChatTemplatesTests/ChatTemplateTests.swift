import ChatTemplates
import JSONDocuments
import Testing

@Suite("A chat template")
struct ChatTemplateTests {
    private static let date = TemplateDate(year: 2026, month: 3, day: 9)

    @Test("an error says where and what to do")
    func errors() {
        #expect(
            message("\n\n{{ raise_exception('No tools, please.') }}")
                == "The chat template refuses these messages: No tools, please."
        )
        #expect(
            message("a\n{{ messages[0].role }}")
                == "The chat template needs something that is missing on line 2: "
                + "'messages' is undefined; send it, or use another template."
        )
        #expect(
            message("{{ 'a' + none }}")
                == "The chat template cannot take these values on line 1: a str and a None do not "
                + "go with '+'; check the form of the messages."
        )
        #expect(
            message("{% if 1 %}\n{% endfor %}")
                == "The chat template cannot be read: there is no tag 'endfor'; 'elif' may be "
                + "missing on line 2; correct the template."
        )
    }

    @Test("it knows which variables it reads")
    func mentions() throws {
        let template = try ChatTemplate(
            "{% set a = tools %}{% macro m(b) %}{{ c.d }}{% endmacro %}"
        )
        #expect(template.usesTools)
        #expect(template.mentions(variable: "c"))
        #expect(!template.mentions(variable: "a"))
        #expect(!template.mentions(variable: "b"))
        #expect(!template.mentions(variable: "d"))
    }

    @Test("one template renders on many tasks at once")
    func concurrent() async throws {
        let template = try ChatTemplate("{% for i in range(50) %}{{ name ~ i }}{% endfor %}")
        let results = await withTaskGroup(of: String?.self, returning: [String?].self) { group in
            for index in 0..<16 {
                group.addTask {
                    let name = JSONValue.string("n\(index % 2)")
                    let variables = [TemplateVariable("name", name, isTrusted: false)]
                    return try? template.render(variables, now: Self.date).text
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 16)
        #expect(Set(results.compactMap { $0 }).count == 2)
    }

    @Test("dates are computed from seconds")
    func dates() {
        #expect(
            TemplateDate(unixSeconds: 1_773_065_107)
                == TemplateDate(year: 2026, month: 3, day: 9, hour: 14, minute: 5, second: 7)
        )
        #expect(TemplateDate(unixSeconds: 0).weekday == 4)
        #expect(TemplateDate(unixSeconds: -1).year == 1969)
        #expect(
            TemplateDate(unixSeconds: 951_782_400) == TemplateDate(year: 2000, month: 2, day: 29)
        )
        #expect(TemplateDate(unixSeconds: .max).year == 9999)
        #expect(TemplateDate(unixSeconds: .min).year == 1)
    }

    @Test("dates are printed as C prints them")
    func dateFormats() throws {
        let template = try ChatTemplate("{{ strftime_now('%d %b %Y|%-d|%A|%j|%V|%I %p|%q|%') }}")
        let now = TemplateDate(year: 2024, month: 12, day: 30, hour: 0)
        #expect(
            try template.render([], now: now).text == "30 Dec 2024|30|Monday|365|01|12 AM|%q|%"
        )
    }

    @Test("numbers of the request are printed exactly")
    func numbers() throws {
        let numbers = try JSONParser.parse(
            Array("[12345678901234567890, 1e20, 1.0, -0.0, 1e-7, 9007199254740993]".utf8)
        )
        let text = try ChatTemplate("{{ a }}{{ a|tojson }}").render(
            [TemplateVariable("a", numbers, isTrusted: false)],
            now: Self.date
        ).text
        let expected = "[12345678901234567890, 1e+20, 1.0, -0.0, 1e-07, 9007199254740993]"
        #expect(text == expected + expected)
    }

    @Test("what it can do is found by rendering")
    func capabilities() throws {
        let plain = try ChatTemplate(
            "{% for m in messages %}{{ m.role + ':' + m.content }}{% endfor %}"
        ).capabilities(now: Self.date)
        #expect(plain.supportsSystemRole && !plain.typedContent && !plain.supportsToolCalls)
        let typed = try ChatTemplate(
            "{% for m in messages %}{% for p in m.content %}{{ p.text }}{% endfor %}{% endfor %}"
        ).capabilities(now: Self.date)
        #expect(typed.typedContent && typed.supportsSystemRole)
        let calls = """
            {% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}
            {{ tools|tojson }}{% for m in messages %}{{ m.content }}
            {% for c in m.tool_calls %}{{ c.function.name }}{{ c.function.arguments|tojson }}
            {% endfor %}{% endfor %}
            """
        let tools = try ChatTemplate(calls).capabilities(now: Self.date)
        #expect(tools.supportsTools && tools.supportsToolCalls && tools.supportsToolResults)
        #expect(tools.requiresObjectArguments && !tools.supportsSystemRole)
    }

    private func message(_ source: String) -> String? {
        do throws(ChatTemplateError) {
            _ = try ChatTemplate(source).render([], now: Self.date)
            return nil
        } catch {
            return error.description
        }
    }
}
