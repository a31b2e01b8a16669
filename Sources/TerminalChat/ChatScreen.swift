import CMachine

/// The terminal as a conversation needs it; tests have one without a terminal.
public protocol ChatScreen: Sendable {
    /// The window's size.
    var size: WindowSize { get }

    /// Writes bytes at once.
    func write(_ bytes: [UInt8])

    /// Stops the process and returns when it goes on.
    func suspend()

    /// Takes the terminal's settings again.
    func takeAgain()
}

/// The terminal of this process.
public struct ProcessTerminal: ChatScreen {
    private let output: @Sendable ([UInt8]) -> Void

    /// Takes the terminal; nil if standard input or output is none.
    ///
    /// Keys come as they are pressed until ``giveBack()``, the end of the process or a signal that
    /// ends it.
    ///
    /// - Parameter output: writes bytes to standard output.
    public init?(output: @escaping @Sendable ([UInt8]) -> Void) {
        guard cm_terminal_begin() else { return nil }
        self.output = output
    }

    /// Whether one of the three standard descriptors is a terminal.
    public static func isTerminal(_ descriptor: Int32) -> Bool { cm_terminal_is(descriptor) }

    /// The window's size, whether or not the terminal was taken.
    public static var windowSize: WindowSize {
        WindowSize(columns: Int(cm_terminal_columns()), rows: Int(cm_terminal_rows()))
    }

    /// The window's size.
    public var size: WindowSize { Self.windowSize }

    /// Writes bytes at once.
    public func write(_ bytes: [UInt8]) { output(bytes) }

    /// Stops the process and returns when it goes on.
    public func suspend() { cm_terminal_suspend() }

    /// Takes the terminal's settings again.
    public func takeAgain() { cm_terminal_again() }

    /// Gives the terminal back and ends ``readEvents(_:)``.
    public func giveBack() {
        cm_terminal_wake()
        cm_terminal_end()
    }

    /// Reads keys and signals until the terminal is gone or given back.
    ///
    /// It blocks, so it wants a thread of its own; one thread may be in it.
    public func readEvents(_ post: (ChatEvent) -> Void) {
        var decoder = KeyDecoder()
        while true {
            let byte = cm_terminal_read(decoder.timeoutMilliseconds)
            switch byte {
            case 0...255: for key in decoder.push(UInt8(byte)) { post(.key(key)) }
            case CM_TERMINAL_TIMEOUT: for key in decoder.timeOut() { post(.key(key)) }
            case CM_TERMINAL_INTERRUPT: post(.interrupted)
            case CM_TERMINAL_RESIZED: post(.resized)
            case CM_TERMINAL_SUSPEND: post(.suspensionAsked)
            case CM_TERMINAL_CONTINUED: post(.continued)
            default: return post(.closed)
            }
        }
    }
}
