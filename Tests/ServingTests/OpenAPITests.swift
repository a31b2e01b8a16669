import HTTPTypes
import Inference
import JSONDocuments
import OpenAIProtocol
import Serving
import Testing
import TextGeneration

/// The document of the routes against the routes.
@Suite("OpenAPI document")
struct OpenAPITests {
    private static func document() throws -> JSONValue {
        try JSONParser.parse(OpenAPIDocument.encoded(version: "1.2.3"))
    }

    private static func operation(
        _ document: JSONValue,
        _ route: Route,
        _ method: HTTPRequest.Method
    ) -> JSONValue? {
        document["paths"]?[route.rawValue]?[method.rawValue.lowercased()]
    }

    private static func statuses(_ operation: JSONValue?) -> Set<Int> {
        Set((operation?["responses"]?.object ?? []).compactMap { Int($0.name) })
    }

    @Test("has every route with every method, and nothing else")
    func complete() throws {
        let document = try Self.document()
        #expect(document["openapi"]?.string == "3.1.0")
        let paths = document["paths"]?.object ?? []
        #expect(paths.map(\.name) == Route.allCases.map(\.rawValue))
        for route in Route.allCases {
            let members = document["paths"]?[route.rawValue]?.object ?? []
            let methods = members.map(\.name).filter { $0 != "parameters" }
            #expect(methods == route.methods.map { $0.rawValue.lowercased() })
            #expect((members.first?.name == "parameters") == route.rawValue.contains("{"))
            for method in route.methods {
                let operation = Self.operation(document, route, method)
                #expect((operation?["security"] == .array([])) == route.isOpen, "\(route)")
                let hasBody = operation?["requestBody"] != nil
                #expect(hasBody == (method == .post && route != .ping), "\(route)")
            }
        }
    }

    @Test("operations have names of their own, and every reference leads somewhere")
    func references() throws {
        let document = try Self.document()
        var names: Set<String> = []
        for route in Route.allCases {
            for method in route.methods {
                let operation = Self.operation(document, route, method)
                let name = try #require(operation?["operationId"]?.string)
                #expect(names.insert(name).inserted, "\(name)")
                for response in operation?["responses"]?.object ?? [] where response.name != "200" {
                    #expect(
                        response.value["$ref"]?.string == "#/components/responses/\(response.name)"
                    )
                    let target = document["components"]?["responses"]?[response.name]
                    #expect(target?["description"]?.string?.isEmpty == false)
                }
            }
        }
        #expect(document["components"]?["schemas"]?["Error"]?["required"]?[0]?.string == "error")
    }

    @Test("every description has a route")
    func orphans() {
        let paths = RouteDescription.all.map(\.path)
        #expect(Set(paths).count == paths.count)
        #expect(Set(paths).subtracting(Route.allCases.map(\.rawValue)) == [])
    }

    @Test("the route serves it to those who have a key")
    func served() async throws {
        try await TestServer.run { server in
            let answer = try await server.client.send("GET", "/openapi.json")
            #expect(answer?.json?["paths"]?["/v1/completions"]?["post"] != nil)
        }
    }

    /// A request that gets a status on any route, if the route can give it.
    private struct Provocation {
        let status: Int
        var path: String?
        var headers = ["Authorization": "Bearer a-key"]
        var body = "{}"
        /// Only of routes with a body.
        var needsBody = false
    }

    private static let provocations = [
        Provocation(status: 401, headers: [:]),
        Provocation(
            status: 403,
            headers: ["Authorization": "Bearer a-key", "Host": "evil.example.org"]
        ),
        Provocation(status: 404, body: #"{"model":"nope","prompt":"a","tokens":[1],"input":"a"}"#),
        Provocation(status: 413, body: String(repeating: " ", count: 10_001)),
        Provocation(
            status: 415,
            headers: ["Authorization": "Bearer a-key", "Content-Encoding": "gzip"]
        ),
        Provocation(status: 400, body: "{", needsBody: true),
    ]

    @Test("what is documented can be had, and what is had is documented")
    func provoked() async throws {
        let document = try Self.document()
        try await TestServer.run(
            server: {
                $0.apiKeys = ["a-key"]
                $0.maxBodyByteCount = 10_000
            }
        ) { server in
            for route in Route.allCases {
                for method in route.methods {
                    let documented = Self.statuses(Self.operation(document, route, method))
                    for provocation in Self.provocations {
                        let name = provocation.status == 404 ? "nope" : "tiny"
                        let answer = try await server.client.send(
                            method.rawValue,
                            route.rawValue.replacing("{model}", with: name)
                                .replacing("{file}", with: name == "tiny" ? "index.html" : name),
                            headers: provocation.headers,
                            body: method == .post ? Array(provocation.body.utf8) : []
                        )
                        let status = try #require(answer).status
                        #expect(documented.contains(status), "\(method) \(route): \(status)")
                        guard documented.contains(provocation.status) else { continue }
                        let hasBody = Self.operation(document, route, method)?["requestBody"] != nil
                        guard !provocation.needsBody || hasBody else { continue }
                        // Bodies of the chat routes need more members to get as far as the model.
                        guard provocation.status != 404 || status != 400 else { continue }
                        #expect(status == provocation.status, "\(method) \(route)")
                    }
                }
            }
        }
    }

    @Test("every route of the model says 503 while the server drains")
    func draining() async throws {
        try await TestServer.run { server in
            server.model.engine.startDraining()
            for path in ["/health", "/ping", "/health/ready"] {
                #expect(try await server.client.send("GET", path)?.status == 503)
            }
            let answer = try await server.client.post("/v1/completions", #"{"prompt":"a"}"#)
            #expect(answer?.status == 503)
        }
    }
}
