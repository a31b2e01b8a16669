import JSONDocuments
import TestData

/// Schemas at random, of the keywords that are supported together.
struct RandomSchemas {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    private mutating func isLucky() -> Bool { Bool.random(using: &generator) }

    mutating func schema(depth: Int = 0) -> JSONValue {
        switch pick(depth < 3 ? 10 : 5) {
        case 0: return .object([type("null")])
        case 1: return .object([type("boolean")])
        case 2: return numberSchema()
        case 3: return stringSchema()
        case 4:
            let values: [JSONValue] = [
                .string("a\"b"), .string("é日"), .integer(7), .number(-1.5), .null, .bool(true),
                .array([.integer(1), .string("")]), .object([JSONMember("k", .null)]),
            ]
            return .object([
                JSONMember("enum", .array(Array(values.shuffled(using: &generator).prefix(3))))
            ])
        case 5, 6: return objectSchema(depth: depth)
        case 7: return arraySchema(depth: depth)
        case 8:
            let branches = (0..<2).map { _ in schema(depth: depth + 1) }
            return .object([JSONMember("anyOf", .array(branches))])
        default: return .bool(true)
        }
    }

    private func type(_ name: String) -> JSONMember { JSONMember("type", .string(name)) }

    private mutating func numberSchema() -> JSONValue {
        var members = [type(isLucky() ? "integer" : "number")]
        if isLucky() { members.append(JSONMember("minimum", .integer(Int64(pick(200) - 100)))) }
        if isLucky() {
            members.append(JSONMember("maximum", .number(Double(pick(4000) + 1010) / 10)))
        }
        if pick(4) == 0 { members.append(JSONMember("multipleOf", .integer(Int64(pick(9) + 1)))) }
        return .object(members)
    }

    private mutating func stringSchema() -> JSONValue {
        var members = [type("string")]
        switch pick(4) {
        case 0:
            members.append(JSONMember("minLength", .integer(Int64(pick(3)))))
            members.append(JSONMember("maxLength", .integer(Int64(3 + pick(20)))))
        case 1:
            let patterns = ["^[a-z]+$", "ab", "^[^x]{2,5}$", "^(é|日|\\d)*$", "x?$"]
            members.append(JSONMember("pattern", .string(patterns[pick(patterns.count)])))
            if isLucky() { members.append(JSONMember("maxLength", .integer(12))) }
        case 2:
            let formats = ["date", "time", "uuid", "ipv4", "email", "date-time", "duration"]
            members.append(JSONMember("format", .string(formats[pick(formats.count)])))
        default: break
        }
        return .object(members)
    }

    private mutating func objectSchema(depth: Int) -> JSONValue {
        var members = [type("object")]
        let names = ["name", "age", "é\"", "abc", "id"].shuffled(using: &generator).prefix(
            1 + pick(4)
        )
        let properties = names.map { JSONMember($0, schema(depth: depth + 1)) }
        members.append(JSONMember("properties", .object(properties)))
        let required = names.filter { _ in isLucky() }.map { JSONValue.string($0) }
        members.append(JSONMember("required", .array(Array(required))))
        switch pick(3) {
        case 0: members.append(JSONMember("additionalProperties", .bool(false)))
        case 1: members.append(JSONMember("additionalProperties", schema(depth: depth + 1)))
        default: break
        }
        if pick(4) == 0 {
            members.append(JSONMember("maxProperties", .integer(Int64(names.count))))
        }
        return .object(members)
    }

    private mutating func arraySchema(depth: Int) -> JSONValue {
        var members = [type("array"), JSONMember("items", schema(depth: depth + 1))]
        if isLucky() {
            members.append(JSONMember("prefixItems", .array([schema(depth: depth + 1)])))
        }
        if isLucky() { members.append(JSONMember("minItems", .integer(Int64(pick(3))))) }
        members.append(JSONMember("maxItems", .integer(Int64(3 + pick(30)))))
        return .object(members)
    }
}
