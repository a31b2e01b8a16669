import HTTPTypes
import JSONDocuments

/// The OpenAPI 3.1 document of the routes this server has.
package enum OpenAPIDocument {
    /// The document as JSON.
    package static func encoded(version: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(document(version: version))
        return writer.bytes
    }

    private static func document(version: String) -> JSONValue {
        object([
            ("openapi", .string("3.1.0")),
            (
                "info",
                object([
                    ("title", .string("Martlet")),
                    ("version", .string(version)),
                    (
                        "description",
                        .string(
                            "Unknown members of a body are ignored, null is the same as absent. "
                                + "Ids of tokens must lie in the model's vocabulary."
                        )
                    ),
                ])
            ),
            ("security", .array(["bearer", "header"].map { object([($0, .array([]))]) })),
            ("paths", .object(Route.allCases.compactMap(path))),
            ("components", components),
        ])
    }

    // MARK: - Routes

    private static func path(_ route: Route) -> JSONMember? {
        guard let description = RouteDescription.all.first(where: { $0.path == route.rawValue })
        else { return nil }
        var members: [JSONMember] = []
        let names = parameterNames(route.rawValue)
        if !names.isEmpty {
            members.append(JSONMember("parameters", .array(names.map(parameter))))
        }
        members += route.methods.map { method in
            JSONMember(method.rawValue.lowercased(), operation(route, description, method))
        }
        return JSONMember(route.rawValue, .object(members))
    }

    private static func operation(
        _ route: Route,
        _ description: RouteDescription,
        _ method: HTTPRequest.Method
    ) -> JSONValue {
        let statuses = description.statuses(method: method.rawValue, isOpen: route.isOpen)
        let answers = statuses.map { status in
            JSONMember(
                "\(status)",
                status == 200
                    ? success(description.success, hasBody: method != .head)
                    : .object([JSONMember("$ref", .string("#/components/responses/\(status)"))])
            )
        }
        var members: [(String, JSONValue)] = [
            ("operationId", .string("\(method.rawValue.lowercased())_\(route)")),
            ("tags", .array([.string(description.group)])),
            ("summary", .string(description.summary)),
            ("responses", .object(answers)),
        ]
        if route.isOpen { members.append(("security", .array([]))) }
        if let body = description.body, method == .post {
            members.append(
                ("requestBody", object([("required", .bool(true)), ("content", json(body))]))
            )
        }
        return object(members)
    }

    private static func success(
        _ success: RouteDescription.Success,
        hasBody: Bool
    ) -> JSONValue {
        var content: [JSONMember] = []
        let text = JSONMember("schema", Schema.string.json)
        let document = JSONMember("schema", Schema.anyObject.json)
        switch success {
        case .json:
            content = [JSONMember("application/json", .object([document]))]
        case .jsonOrEvents:
            content = [
                JSONMember("application/json", .object([document])),
                JSONMember("text/event-stream", .object([text])),
            ]
        case .text:
            content = [JSONMember("text/plain", .object([text]))]
        case .page:
            content = [JSONMember("text/html", .object([text]))]
        case .empty:
            break
        }
        var members = [("description", JSONValue.string(success.note))]
        if hasBody, !content.isEmpty { members.append(("content", .object(content))) }
        return object(members)
    }

    /// The names in braces.
    private static func parameterNames(_ path: String) -> [Substring] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
            .map { $0.dropFirst().dropLast() }
    }

    private static func parameter(_ name: Substring) -> JSONValue {
        object([
            ("name", .string(String(name))), ("in", .string("path")), ("required", .bool(true)),
            ("schema", Schema.string.json),
        ])
    }

    // MARK: - What all have

    private static let notes = [
        400: "The request is wrong: `param` names the field, if it is one.",
        401: "The key is missing or wrong.",
        403: "The server is not called by its name.",
        404: "There is no such model.",
        408: "The request took too long to arrive.",
        413: "The body is too large.",
        414: "Path and query are too long.",
        415: "The body is compressed.",
        429: "Too many requests wait; come back after Retry-After.",
        431: "The headers are too many or too long.",
        503: "The server is loading, stalled or shutting down, or the request waited too long.",
        504: "The answer took too long.",
    ]

    private static var components: JSONValue {
        let error = Schema.object([
            .required(
                "error",
                .object([
                    .required("message", .string), .required("type", .string),
                    Field("param", .string), .required("code", .integer, "The status."),
                ])
            )
        ])
        let reference = JSONValue.object([
            JSONMember("$ref", .string("#/components/schemas/Error"))
        ])
        let content = object([("application/json", object([("schema", reference)]))])
        let responses = notes.sorted { $0.key < $1.key }.map { status, note in
            JSONMember(
                "\(status)",
                object([("description", .string(note)), ("content", content)])
            )
        }
        return object([
            ("schemas", object([("Error", error.json)])),
            ("responses", .object(responses)),
            (
                "securitySchemes",
                object([
                    (
                        "bearer",
                        object([("type", .string("http")), ("scheme", .string("bearer"))])
                    ),
                    (
                        "header",
                        object([
                            ("type", .string("apiKey")), ("in", .string("header")),
                            ("name", .string("X-Api-Key")),
                        ])
                    ),
                ])
            ),
        ])
    }

    private static func json(_ schema: Schema) -> JSONValue {
        object([("application/json", object([("schema", schema.json)]))])
    }

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { JSONMember($0.0, $0.1) })
    }
}
