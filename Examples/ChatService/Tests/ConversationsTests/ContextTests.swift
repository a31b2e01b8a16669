import Testing

@Suite("A conversation that outgrows the model's context")
struct ContextTests {
    /// A model whose context holds so many messages.
    private func model(holding limit: Int) -> FakeModel {
        FakeModel { body in
            guard body.messages.count <= limit else {
                return .refusal(400, "This model's maximum context length is 100 tokens.")
            }
            return .words(["\(body.messages.count)"])
        }
    }

    @Test("loses its older half, and goes on from there")
    func shortened() async throws {
        try await TestService.run(model: model(holding: 6)) { service in
            let path = try await service.begin(#"{"instructions":"i"}"#)
            for question in ["1", "2", "3", "4", "5"] {
                #expect(try await service.ask(path, question).status == 200)
            }
            // The fourth did not fit and was sent again; the fifth began where the fourth had.
            #expect(
                service.model.seen.map { $0.joined(separator: " ") } == [
                    "s:i u:1",
                    "s:i u:1 a:2 u:2",
                    "s:i u:1 a:2 u:2 a:4 u:3",
                    "s:i u:1 a:2 u:2 a:4 u:3 a:6 u:4",
                    "s:i u:3 a:6 u:4",
                    "s:i u:3 a:6 u:4 a:4 u:5",
                ]
            )
            #expect(try await service.said(path).count == 10)
        }
    }

    @Test("with a question that is too long by itself, is told so")
    func tooLong() async throws {
        try await TestService.run(model: model(holding: 0)) { service in
            let path = try await service.begin()
            let answer = try await service.ask(path, "1")
            #expect(answer.status == 413)
            #expect(answer.body.contains("too long for the model"))
            #expect(service.model.seen.count == 1)
            #expect(try await service.said(path) == [])
        }
    }

    @Test("leaves room for the next answer before it has to")
    func nearlyFull() async throws {
        let model = FakeModel { .words(["a"], usedTokens: $0.messages.count * 16) }
        try await TestService.run(model: model) { service in
            let path = try await service.begin()
            for question in ["1", "2", "3", "4"] { _ = try await service.ask(path, question) }
            // 5 messages took 80 of 100 tokens, more than three quarters.
            #expect(
                service.model.seen.map { $0.joined(separator: " ") } == [
                    "u:1", "u:1 a:a u:2", "u:1 a:a u:2 a:a u:3", "u:2 a:a u:3 a:a u:4",
                ]
            )
        }
    }
}
