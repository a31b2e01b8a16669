import FoundationEssentials
import JSONDocuments
import OpenAIProtocol
import TestData
import Testing

/// One request of testdata/api and what it must get.
struct APIFixture {
    let id: String
    let method: String
    let path: String
    let headers: [String: String]
    private let fixture: JSONValue

    /// Everything the folder has.
    static func all() throws -> [APIFixture] {
        var fixtures: [APIFixture] = []
        for name in TestData.names(in: "api") where name.hasSuffix(".json") {
            let file = try JSONParser.parse(TestData.bytes(TestData.path("api/" + name)))
            fixtures += (file["fixtures"]?.array ?? []).map(APIFixture.init)
        }
        return fixtures
    }

    private init(_ fixture: JSONValue) {
        self.fixture = fixture
        id = fixture["id"]?.string ?? ""
        method = fixture["method"]?.string ?? ""
        path = fixture["path"]?.string ?? ""
        var headers = ["Content-Type": "application/json"]
        for header in fixture["headers"]?.object ?? [] {
            headers[header.name] = header.value.string
        }
        self.headers = headers
    }

    /// The body as bytes, with the served model's name in it.
    func body(model: String) -> [UInt8] {
        if let encoded = fixture["body_base64"]?.string {
            return Data(base64Encoded: encoded).map(Array.init) ?? []
        }
        var text = ""
        if let body = fixture["body"] {
            var writer = JSONWriter()
            writer.value(body)
            text = String(decoding: writer.bytes, as: UTF8.self)
        } else if let generate = fixture["generate"] {
            let count = Int(generate["times"]?.integer ?? 0)
            for (part, isRepeated) in [
                ("prefix", false), ("repeat", true), ("suffix", false), ("repeat_suffix", true),
            ] {
                let piece = generate[part]?.string ?? ""
                text += isRepeated ? String(repeating: piece, count: count) : piece
            }
        } else {
            text = fixture["body_text"]?.string ?? ""
        }
        return Array(text.replacing("$MODEL", with: model).utf8)
    }

    /// Compares an answer with what is expected.
    func check(_ answer: HTTPAnswer) {
        let expect = fixture["expect"]
        let statuses =
            (expect?["status"]?.array ?? []) + (expect?["status_also_ok"]?.array ?? [])
        #expect(
            statuses.contains(.integer(Int64(answer.status))),
            "\(id): \(answer.status) \(answer.text.prefix(200))"
        )
        if answer.status >= 400 {
            checkError(answer, expect)
        } else if expect?["sse"] == .bool(true) {
            #expect(answer.frames.last == "[DONE]", "\(id)")
        } else {
            checkChoices(answer, expect)
        }
    }

    private func checkError(_ answer: HTTPAnswer, _ expect: JSONValue?) {
        guard let types = expect?["error_type"]?.array else { return }
        let error = answer.json?["error"]
        #expect(error?["message"]?.string != nil, "\(id): \(answer.text.prefix(200))")
        #expect(error?["type"].map(types.contains) == true, "\(id): \(answer.text.prefix(200))")
        if let param = expect?["param"] { #expect(error?["param"] == param, "\(id)") }
    }

    private func checkChoices(_ answer: HTTPAnswer, _ expect: JSONValue?) {
        let choices = answer.json?["choices"]?.array
        if let count = expect?["choices"]?.integer {
            #expect(choices?.count == Int(count), "\(id)")
        }
        if expect?["logprobs"] == .bool(true) {
            #expect(choices?.first?["logprobs"]?.object != nil, "\(id)")
        }
        if let object = expect?["object"] { #expect(answer.json?["object"] == object, "\(id)") }
        if let limit = expect?["max_completion_tokens"]?.integer {
            let count = answer.json?["usage"]?["completion_tokens"]?.integer
            #expect(count.map { $0 <= limit } == true, "\(id)")
        }
        if expect?["text_starts_with_prompt"] == .bool(true) {
            let prompt = fixture["body"]?["prompt"]?.string ?? "\u{0}"
            #expect(choices?.first?["text"]?.string?.hasPrefix(prompt) == true, "\(id)")
        }
    }
}
