/// Plays a conversation: passes events to the console, its bytes to the screen, and has questions
/// answered.
public struct ChatDriver {
    private var console: ChatConsole
    private let screen: any ChatScreen
    private let backend: any ChatBackend
    private let post: AsyncStream<ChatEvent>.Continuation
    private var events: AsyncStream<ChatEvent>.Iterator

    /// Makes a driver.
    ///
    /// - Parameters:
    ///   - console: a conversation that has not begun.
    ///   - screen: the terminal.
    ///   - backend: who answers.
    ///   - events: what `post` was made with; keys are posted to it from elsewhere.
    ///   - post: where pieces of answers join the keys, so that both are taken in one order.
    public init(
        console: ChatConsole,
        screen: any ChatScreen,
        backend: any ChatBackend,
        events: AsyncStream<ChatEvent>,
        post: AsyncStream<ChatEvent>.Continuation
    ) {
        self.console = console
        self.screen = screen
        self.backend = backend
        self.post = post
        self.events = events.makeAsyncIterator()
    }

    /// Plays until the user leaves or the terminal is gone.
    ///
    /// - Returns: the conversation.
    public mutating func run() async -> ChatSession {
        console.begin()
        screen.write(console.takeOutput())
        var effects: [ChatEffect] = []
        while !effects.contains(.leave) {
            if let (turns, settings) = effects.question {
                effects = await answer(turns, settings)
            } else {
                guard let event = await events.next(isolation: #isolation) else { break }
                effects = take(event)
            }
        }
        return console.session
    }

    /// Has a question answered while keys are taken.
    ///
    /// - Returns: what is to be done when the answer is over.
    private mutating func answer(
        _ turns: [ChatTurn],
        _ settings: ChatSettings
    ) async -> [ChatEffect] {
        await withTaskGroup(of: Void.self) { [backend, post] group in
            group.addTask {
                do {
                    try await backend.answer(turns, settings) { post.yield(.piece($0)) }
                    post.yield(.answered)
                } catch is CancellationError {
                    post.yield(.answered)
                } catch let failure as ChatFailure {
                    post.yield(.failed(failure))
                } catch {
                    post.yield(.failed(ChatFailure("\(error)")))
                }
            }
            while let event = await events.next(isolation: #isolation) {
                let effects = take(event)
                if effects.contains(.cancel) || effects.contains(.leave) { group.cancelAll() }
                // A question typed ahead begins the next answer.
                if effects.contains(.leave) || effects.question != nil { return effects }
                if !console.isAnswering { return effects }
            }
            group.cancelAll()
            return [.leave]
        }
    }

    /// Passes an event on and does at once what can be done at once.
    private mutating func take(_ event: ChatEvent) -> [ChatEffect] {
        let effects = console.take(event, size: screen.size)
        screen.write(console.takeOutput())
        for effect in effects {
            switch effect {
            case .suspend:
                screen.suspend()
                // Whoever had the terminal has written to it.
                _ = console.take(.continued, size: screen.size)
                screen.write(console.takeOutput())
            case .takeTerminal: screen.takeAgain()
            case .ask, .cancel, .leave: break
            }
        }
        return effects
    }
}

extension [ChatEffect] {
    /// The conversation that is to be answered, if one is.
    fileprivate var question: ([ChatTurn], ChatSettings)? {
        for case .ask(let turns, let settings) in self { return (turns, settings) }
        return nil
    }
}
