import Conversations
import FoundationEssentials
import HTTPTypes
import Testing

@Suite("Conversations")
struct ConversationTests {
    @Test("are begun, listed latest first, shown and deleted")
    func lifecycle() async throws {
        try await TestService.run(answering: "Yes.") { service in
            let first = try await service.begin(#"{"title":"One","instructions":"Be brief."}"#)
            let second = try await service.begin("{}")
            let ids = [first, second].map { $0.dropFirst("/conversations/".count) }
            let date = #""createdAt":"2001-09-09T01:46:40Z""#
            let one = #"{\#(date),"id":"\#(ids[0])","instructions":"Be brief.","title":"One"}"#
            let two = #"{\#(date),"id":"\#(ids[1])","title":"Conversation"}"#
            let list = try await service.send(.get, "/conversations")
            #expect(list.body == #"{"conversations":[\#(two),\#(one)]}"#)
            let newest = try await service.send(.get, "/conversations?limit=1")
            #expect(newest.body == #"{"conversations":[\#(two)]}"#)
            let shown = try await service.send(.get, second)
            let all = #"{\#(date),"id":"\#(ids[1])","messages":[],"title":"Conversation"}"#
            #expect(shown.body == all)
            #expect(try await service.send(.delete, first).status == 204)
            #expect(try await service.send(.get, first).status == 404)
            #expect(try await service.send(.delete, first).status == 404)
            #expect(try await service.send(.get, second).status == 200)
        }
    }

    @Test("deleting one deletes what was said in it")
    func cascade() async throws {
        try await TestService.run(answering: "Yes.") { service in
            let path = try await service.begin()
            _ = try await service.ask(path, "Fly?")
            #expect(try await service.said(path) == ["u:Fly?", "a:Yes."])
            _ = try await service.send(.delete, path)
            #expect(try await service.said(path) == [])
        }
    }

    @Test(
        "what is not right is refused",
        arguments: [
            ("POST", "/conversations", "", 400), ("POST", "/conversations", "[1", 400),
            ("POST", "/conversations", #"{"title":" "}"#, 400),
            ("POST", "/conversations", #"{"title":3}"#, 400),
            ("POST", "/conversations", #"{"title":"\#(String(repeating: "a", count: 201))"}"#, 400),
            ("GET", "/conversations?limit=101", "", 400),
            ("GET", "/conversations?limit=0", "", 400),
            ("GET", "/conversations/none", "", 404), ("DELETE", "/conversations/none", "", 404),
            ("POST", "/conversations/none/messages", #"{"content":"Hi"}"#, 404),
            ("POST", "/conversations", String(repeating: " ", count: 129 << 10), 413),
        ]
    )
    func refused(method: String, path: String, body: String, status: Int) async throws {
        try await TestService.run(answering: "Yes.") { service in
            let method = try #require(HTTPRequest.Method(method))
            #expect(try await service.send(method, path, body).status == status)
            #expect(service.model.seen.isEmpty)
        }
    }

    @Test("a question has to say something, and not too much", arguments: [0, 1, 33 << 10])
    func content(length: Int) async throws {
        try await TestService.run(answering: "Yes.") { service in
            let path = try await service.begin()
            let content = String(repeating: length == 1 ? " " : "a", count: length)
            #expect(try await service.ask(path, content).status == 400)
            #expect(try await service.send(.post, path + "/messages", "{}").status == 400)
            #expect(service.model.seen.isEmpty)
        }
    }

    @Test("are there again when the file is opened again")
    func persistence() async throws {
        let folder = FileManager.default.temporaryDirectory.path
        let path = "\(folder)/conversations-\(UUID().uuidString).sqlite"
        let date = Date(timeIntervalSince1970: 1_000_000_000)
        let created = try await ConversationStore(path: path)
            .create(title: "Birds", instructions: "Be brief.", at: date)
        let again = try ConversationStore(path: path)
        #expect(try await again.conversation(created.id) == created)
        #expect(try await again.conversations(limit: 9) == [created])
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }
}
