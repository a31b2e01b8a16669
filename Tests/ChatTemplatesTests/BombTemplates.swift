/// Templates that try to use up the machine, made from a few families.
enum BombTemplates {
    static let all: [String] = [
        loops, growth, texts, ranges, nesting, recursion, numbers, sizes, escapes,
    ].flatMap { $0 }

    /// Every template with `COUNT` replaced by every count.
    private static func expand(_ templates: [String], _ counts: [String]) -> [String] {
        counts.flatMap { count in templates.map { $0.replacing("COUNT", with: count) } }
    }

    private static let loops = expand(
        [
            """
            {% for a in range(COUNT) %}{% for b in range(100000) %}{% endfor %}{% endfor %}
            """,
            """
            {% for a in range(COUNT) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}
            """,
            """
            {% for a in range(COUNT) if range(100000)|sum == a %}{% endfor %}
            {% for a in range(100000) %}{{ a }}{% endfor %}
            """,
            """
            {% for a in range(COUNT) %}{{ range(100000)|list|length }}{% endfor %}
            {{ range(100000)|list }}
            """,
            """
            {% for a in range(COUNT) %}{{ range(100000)|sort|first }}{% endfor %}
            {{ range(100000)|sort|length }}
            """,
            """
            {% for a in range(COUNT) %}{{ range(100000)|map('string')|join|length }}{% endfor %}
            {{ range(100000)|map('string')|join }}
            """,
            """
            {% for a in range(COUNT) %}{% set x %}{{ range(50000)|list }}{% endset %}{% endfor %}
            {{ range(100000)|list }}
            """,
        ],
        ["10", "100", "1000", "100000"]
    )

    // What grows is used in the end, so that thirty doublings are too much as well.
    private static let growth = expand(
        [
            "{% set ns.a = ns.a + ns.a %}", "{% set ns.a = ns.a ~ ns.a %}",
            "{% set ns.a = ns.a * 2 %}", "{% set ns.a = [ns.a, ns.a]|join %}",
            "{% set ns.a = ns.a|replace('x', 'xx') %}", "{% set ns.a = '%s%s' % (ns.a, ns.a) %}",
            "{% set ns.a = '{0}{0}'.format(ns.a) %}", "{% set ns.a = ns.a.join('xx') + ns.a %}",
            "{% set ns.a %}{{ ns.a }}{{ ns.a }}{% endset %}",
            "{% set ns.l = ns.l + ns.l %}", "{% set ns.l = ns.l * 2 %}",
            "{% set ns.a = (ns.a ~ ns.l * 9)|upper ~ ns.a %}",
            "{% set ns.l = [ns.l, ns.l] %}", "{% set ns.d = {'a': ns.d, 'b': ns.d} %}",
            "{% set ns.l = (ns.l, ns.l) %}{% set ns.a = ns.l|tojson %}",
        ].map { body in
            """
            {% set ns = namespace(a='xxxxxxxxxxxxxxxx', l=[1, 2, 3, 4], d={}) %}
            {% for i in range(COUNT) %}\(body){% endfor %}{{ ns.a * 1000000 }}
            """
        },
        ["30", "60", "1000", "100000"]
    )

    private static let texts = expand(
        [
            "{{ 'a' * COUNT }}", "{{ COUNT * 'ab' }}", "{{ [0] * COUNT }}", "{{ (0, 1) * COUNT }}",
            "{{ 'a'.center(COUNT) }}", "{{ 'a'.ljust(COUNT) }}", "{{ 'a'.rjust(COUNT, 'é') }}",
            "{{ 'a'.zfill(COUNT) }}", "{{ 'a\\t'.expandtabs(COUNT) }}", "{{ 'a'|center(COUNT) }}",
            "{{ 'a\\nb'|indent(COUNT) }}", "{{ '%COUNTd' % 1 }}", "{{ '%.COUNTf' % 1.5 }}",
            "{{ '%*d' % (COUNT, 1) }}", "{{ '{:COUNT}'.format(1) }}",
            "{{ '{:.COUNTf}'.format(1.5) }}", "{{ [1]|tojson(indent=COUNT) }}",
            "{{ [1]|batch(COUNT, 0)|list }}", "{{ [1]|slice(COUNT)|list }}",
            "{{ '%0COUNTd' % 1 }}", "{{ '{:0>COUNT}'.format('x') }}",
            "{{ 'x'|wordwrap(1, wrapstring='y' * COUNT) }}",
        ],
        ["1000000000", "9223372036854775807", "99999999"]
    )

    private static let ranges = [
        "{{ range(10000000)|list }}", "{{ range(100001) }}", "{{ range(0, 9223372036854775807) }}",
        "{{ range(-9223372036854775807, 9223372036854775807) }}",
        "{{ range(0, 170141183460469231731687303715884105727) }}",
        "{{ range(99999)|list + range(99999)|list }}", "{{ range(*range(100000)) }}",
        "{{ range(100000)|groupby('x') }}", "{{ range(100000)|unique|list }}",
        "{{ dict(range(100000)) }}", "{{ range(99999)|reverse|list }}",
        "{{ range(99999)|batch(1)|list }}", "{{ range(99999)|max }}", "{{ range(99999)|tojson }}",
        "{{ 99999 in range(100000) }}{{ range(100000)|list }}",
    ]

    private static let nesting = [65, 1000, 100_000].flatMap { count in
        [
            ("{{ ", "(", "1"), ("{{ ", "[", ""), ("{{ ", "{1:", ""), ("{{ ", "-", "1 }}"),
            ("{{ ", "not ", "1 }}"), ("{{ ", "f(", ""), ("{{ ", "a[", ""), ("{{ x", "|d(x", ""),
            ("{{ ", "1 if 1 else ", "1 }}"), ("{{ 1", " is eq (1", ""), ("", "{% if 1 %}", ""),
            ("", "{% for a in b %}", ""), ("", "{% set a %}", ""), ("", "{% filter upper %}", ""),
            ("", "{% macro m() %}", ""), ("{% set ", "(", "a = 1 %}"),
        ].map { start, repeated, end in start + String(repeating: repeated, count: count) + end }
    }

    private static let recursion = [
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(a) %}{{ m([a]) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% macro r() %}{% call m() %}{{ r() }}"
            + "{% endcall %}{% endmacro %}{{ r() }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% for x in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}",
        "{% macro m(f) %}{{ f(f) }}{% endmacro %}{{ m(m) }}",
        "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}",
        "{% set ns = namespace() %}{% set ns.a = [ns] %}{{ [ns]|string }}",
        "{% set ns = namespace(a=1) %}{% for i in range(999) %}{% set ns.a = [ns.a] %}{% endfor %}",
        "{% set ns = namespace(a=[]) %}{% for i in range(999) %}{% set ns.a = [ns.a]|map('list') %}"
            + "{% endfor %}",
        "{% set ns = namespace(a=1) %}{% for i in range(9999) %}{% set ns.a = cycler(ns.a) %}"
            + "{% endfor %}",
    ]

    private static let numbers = [
        "{{ 9 ** 9 ** 9 ** 9 }}", "{{ 2 ** 127 }}", "{{ 2 ** 100000000000 }}",
        "{{ 10.0 ** 1000 }}", "{{ 1 // 0 }}", "{{ 1 % 0 }}", "{{ 1.0 / 0 }}", "{{ 0 ** -1 }}",
        "{{ -(-170141183460469231731687303715884105727 - 1) }}",
        "{{ (-170141183460469231731687303715884105727 - 1) // -1 }}",
        "{{ (-170141183460469231731687303715884105727 - 1)|abs }}",
        "{{ 170141183460469231731687303715884105727 + 1 }}",
        "{{ 170141183460469231731687303715884105728 }}", "{{ ('9' * 5000)|int }}",
        "{{ 1e300|int }}", "{{ 1.5|round(-9223372036854775808, 'ceil') }}",
        "{{ 'abc'[::0] }}", "{{ [1][::0] }}", "{{ range(1, 2, 0) }}", "{{ '%d' % 1e400 }}",
    ]

    private static let sizes = [
        long("x", 1 << 20 + 1, ""),
        "{% for i in range(99999) %}" + long("x", 1000, "{% endfor %}"),
        "{% set a = '" + long("x", 900_000, "' %}{{ a }}{{ a }}{{ a }}{{ a }}{{ a }}"),
        "{% set a = '" + long("x", 900_000, "' %}") + busy("{% set b = a + 'y' %}"),
        "{% set a = '" + long("a", 400_000, "' %}{% set b = 'a' * 200000 + 'b' %}")
            + busy("{% if b in a %}{% endif %}"),
        "{% set a = '" + long("é", 400_000, "' %}") + busy("{% if a[399999] %}{% endif %}"),
        "{% set a = '" + long("a ", 400_000, "' %}") + busy("{% set b = a.split() %}"),
        "{% set a = '" + long("ß", 400_000, "' %}") + busy("{% set b = a.upper() %}"),
    ]

    private static func long(_ text: String, _ count: Int, _ end: String) -> String {
        String(repeating: text, count: count) + end
    }

    private static func busy(_ body: String) -> String {
        "{% for i in range(9999) %}" + body + "{% endfor %}"
    }

    private static let escapes = [
        "{{ x.__class__.__mro__ }}", "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ [].append(1) }}", "{{ {}.update({}) }}", "{{ cycler.__init__.__globals__ }}",
        "{{ self.__init__.__globals__.os }}", "{{ joiner.__globals__['os'] }}",
        "{{ ''['__class__']['__mro__'][1] }}", "{{ (''|attr('__class__'))() }}",
        "{{ range.__self__.x }}", "{{ raise_exception.__globals__.x }}",
        "{{ '{0.__class__.__mro__}'.format('')[9].x.y }}", "{{ config.items() }}",
        "{{ request.application.x }}", "{{ lipsum.__globals__ }}", "{{ url_for.x }}",
        "{% include '/etc/passwd' %}", "{% import 'os' as os %}", "{% extends 'x' %}",
        "{{ ().__class__.__bases__[0].__subclasses__() }}", "{{ namespace.__init__.x }}",
    ]
}
