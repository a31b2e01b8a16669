import AsyncHTTPClient
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import Testing

@Suite("Questions and answers", .timeLimit(.minutes(2)))
struct AnswerTests {
    @Test("the model is sent the instructions and all that was said")
    func context() async throws {
        let model = FakeModel { .words(["Answer ", "\($0.messages.count)"]) }
        try await TestService.run(model: model) { service in
            let path = try await service.begin(#"{"instructions":"Be brief."}"#)
            let first = try await service.ask(path, "One?")
            #expect(first.status == 200)
            let date = #""createdAt":"2001-09-09T01:46:40Z""#
            let rest = #""id":2,"speaker":"assistant","state":"complete""#
            #expect(first.body == #"{"content":"Answer 2",\#(date),\#(rest)}"#)
            _ = try await service.ask(path, "Two?")
            #expect(
                service.model.seen == [
                    ["s:Be brief.", "u:One?"],
                    ["s:Be brief.", "u:One?", "a:Answer 2", "u:Two?"],
                ]
            )
            #expect(
                try await service.said(path) == ["u:One?", "a:Answer 2", "u:Two?", "a:Answer 4"]
            )
        }
    }

    @Test("a streamed answer comes in pieces and is stored whole")
    func stream() async throws {
        try await TestService.run(answering: "The mart", "let.") { service in
            let path = try await service.begin()
            let answer = try await service.ask(path, "Who?", streamed: true)
            #expect(answer.headers[.contentType] == "text/event-stream")
            let events = answer.body.split(separator: "\n\n")
            try #require(events.count == 3)
            #expect(events[0] == #"data: {"text":"The mart"}"#)
            #expect(events[1] == #"data: {"text":"let."}"#)
            #expect(events[2].hasPrefix("event: done\ndata: {"))
            #expect(events[2].contains(#""content":"The martlet.""#))
            #expect(try await service.said(path) == ["u:Who?", "a:The martlet."])
        }
    }

    @Test("when the client leaves, what has come is stored as interrupted")
    func clientLeaves() async throws {
        let model = FakeModel { _ in .silent(after: ["Once "]) }
        try await TestService.run(model: model) { service in
            let path = try await service.begin()
            try await service.readOnePiece(path)
            while try await service.said(path).isEmpty { await Task.yield() }
            #expect(try await service.said(path) == ["u:Tell me.", "a~Once "])
        }
    }

    @Test("one question at a time, and the turn is given back when the client leaves")
    func busy() async throws {
        let model = FakeModel { body in
            body.messages.count == 1 ? .silent(after: ["Once "]) : .words(["Yes."])
        }
        try await TestService.run(model: model) { service in
            let path = try await service.begin()
            try await service.readOnePiece(path) {
                let status = try await service.ask(path, "And?").status
                #expect(status == 409)
            }
            while try await service.said(path).isEmpty { await Task.yield() }
            var status = 409
            while status == 409 { status = try await service.ask(path, "And?").status }
            #expect(status == 200)
            #expect(try await service.said(path) == ["u:Tell me.", "a~Once ", "u:And?", "a:Yes."])
        }
    }

    @Test(
        "when the model fails, the client is told and what has come is kept",
        arguments: [true, false]
    )
    func modelFails(streamed: Bool) async throws {
        let model = FakeModel { _ in .failing(after: ["Once "]) }
        try await TestService.run(model: model) { service in
            let path = try await service.begin()
            let answer = try await service.ask(path, "Tell me.", streamed: streamed)
            #expect(answer.status == (streamed ? 200 : 502))
            if streamed {
                let end =
                    "event: failed\n" + #"data: {"message":"The model server failed."}"# + "\n\n"
                #expect(answer.body.hasSuffix(end))
            }
            #expect(try await service.said(path) == ["u:Tell me.", "a~Once "])
        }
    }

    @Test("a model that is busy is reported, and nothing is stored", arguments: [true, false])
    func modelBusy(streamed: Bool) async throws {
        let model = FakeModel { _ in .refusal(429, "Full.", retryAfter: "7") }
        try await TestService.run(model: model) { service in
            let path = try await service.begin()
            let answer = try await service.ask(path, "Tell me.", streamed: streamed)
            #expect(answer.status == 503)
            #expect(answer.headers[.retryAfter] == "8")
            #expect(!answer.body.contains("Full."))
            #expect(try await service.said(path) == [])
        }
    }

    @Test("a conversation deleted meanwhile is gone")
    func deleted() async throws {
        let model = FakeModel { _ in .silent(after: ["Once "]) }
        try await TestService.run(model: model) { service in
            let path = try await service.begin()
            try await service.readOnePiece(path) {
                let status = try await service.send(.delete, path).status
                #expect(status == 204)
            }
            #expect(try await service.said(path) == [])
        }
    }
}

extension TestService {
    /// Asks, reads the first piece of the answer, does something, and hangs up.
    fileprivate func readOnePiece(
        _ path: String,
        then act: () async throws -> Void = {}
    ) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(client.port ?? 0)\(path)/messages")
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: #"{"content":"Tell me.","stream":true}"#))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        for try await piece in response.body {
            #expect(String(buffer: piece) == #"data: {"text":"Once "}"# + "\n\n")
            break
        }
        try await act()
    }
}
