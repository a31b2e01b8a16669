import JSONDocuments

/// Which keywords a schema may have.
enum SchemaKeywords {
    private static let supported: Set<String> = [
        "type", "enum", "const", "properties", "required", "additionalProperties",
        "patternProperties", "propertyNames", "minProperties", "maxProperties",
        "dependentRequired", "dependentSchemas", "dependencies", "items", "prefixItems",
        "additionalItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains",
        "maxContains", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "allOf", "anyOf", "oneOf", "not",
        "if", "then", "else", "$ref", "nullable",
    ]

    /// Keywords that say nothing about which values are valid.
    private static let annotations: Set<String> = [
        "title", "description", "default", "example", "examples", "$schema", "$id", "id",
        "$comment", "$defs", "definitions", "$anchor", "$dynamicAnchor", "deprecated", "readOnly",
        "writeOnly", "contentEncoding", "contentMediaType", "contentSchema", "discriminator",
        "externalDocs", "xml", "enumNames", "enumDescriptions", "markdownDescription",
    ]

    private static let reasons: [String: String] = [
        "unevaluatedProperties": "it depends on which other keywords looked at a member",
        "unevaluatedItems": "it depends on which other keywords looked at an element",
        "$dynamicRef": "its target depends on how it is reached",
        "$recursiveRef": "its target depends on how it is reached",
    ]

    static func check(_ members: [JSONMember], path: String) throws(GrammarError) {
        for member in members {
            let name = member.name
            if supported.contains(name) || annotations.contains(name) || name.hasPrefix("x-") {
                continue
            }
            // These without an exception demand nothing.
            if name.hasPrefix("unevaluated"), member.value == .bool(true) { continue }
            throw .unsupported(
                feature: String(name.prefix(100)),
                path: path,
                reason: reasons[name] ?? "the keyword is unknown, and ignoring it could be wrong"
            )
        }
    }
}
